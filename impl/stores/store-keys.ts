/** Under which keys one server's registers lie in a store, and what clients keep there about the server. */

export interface StoreKeys {
  register(registerSet: number): string;
  /** A fact that clients put once, and compare ever after. */
  fact(name: string, of?: string): string;
}

/** A prefix is one decision; servers that share a store have keys of their own. */
export function storeKeys(prefix: string, server: string): StoreKeys {
  const folder = `${prefix}/${part(server)}`;
  return {
    register: (registerSet) => `${folder}/R${registerSet}`,
    fact: (name, of) => `${folder}/${name}${of === undefined ? "" : `/${part(of)}`}`,
  };
}

/** Letters, digits, - and _ are good in every store; of the rest, the bytes. Different names stay different. */
const part = (name: string): string =>
  [...Buffer.from(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_-]/.test(character) ? character : `=${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
