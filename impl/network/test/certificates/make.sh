#!/bin/sh
# Makes the certificates of the tests anew, with openssl, in this directory. They are good from 2020 to 2120, and worth nothing
# anywhere else.
set -e
work=$(mktemp -d)
sign() { # authority, common name, file, more options
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$3.key"
  openssl req -new -key "$3.key" -subj "/CN=$2" -out "$work/request"
  : >"$work/index"
  printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s/index\nnew_certs_dir=%s\ndefault_md=sha256\nrand_serial=yes\npolicy=p\n' "$work" "$work" >"$work/config"
  printf '[p]\ncommonName=supplied\n[authority]\nbasicConstraints=critical,CA:true\n' >>"$work/config"
  openssl ca -batch -notext -config "$work/config" -startdate 20200101000000Z -enddate 21200101000000Z \
    -keyfile "$1.key" -in "$work/request" -out "$3.pem" $4
}
for authority in ca other-ca; do sign $authority "test $authority" $authority "-selfsign -extensions authority"; done
sign ca S0 S0 "-cert ca.pem"
sign ca alice alice "-cert ca.pem"
sign ca client-1 client-1 "-cert ca.pem"
sign other-ca alice other-alice "-cert other-ca.pem"
rm -rf ca.key other-ca.key "$work"
