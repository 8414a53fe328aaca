/** How an adapter is named that listens already. */
export const TCP_SCHEME = "tcp://";

/** Throws RangeError unless the address is tcp://HOST:PORT. */
export function addressIn(url: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^tcp:\/\/(.+):(\d{1,5})$/.exec(url) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new RangeError(`"${url}" is no address of an adapter: write tcp://HOST:PORT, as in tcp://127.0.0.1:7000`);
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}
