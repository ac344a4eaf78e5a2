/** One name for one thing, in the order met: which thing it was cannot be told from it, and what was the same stays the same. */

export type Kind =
  | 'ns'
  | 'workload'
  | 'pod'
  | 'service'
  | 'cluster'
  | 'account'
  | 'trust-domain'
  | 'identity'
  | 'input'
  | 'host'
  | 'protocol'
  | 'name';

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/;

export class Pseudonyms {
  readonly #names = new Map<Kind, Map<string, string>>();
  readonly #any = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  readonly #flows = new Map<string, string>();
  #v4 = 0;
  #v6 = 0;

  /** `workload-3`; a pod, say, and a workload of one name are two things. */
  name(kind: Kind, original: string): string {
    let names = this.#names.get(kind);
    if (names === undefined) {
      names = new Map();
      this.#names.set(kind, names);
    }
    let name = names.get(original);
    if (name === undefined) {
      name = `${kind}-${names.size + 1}`;
      names.set(original, name);
      if (!this.#any.has(original)) this.#any.set(original, name);
    }
    return name;
  }

  /** What a word in a text stands for, whatever kind it is of; undefined for what is no name yet. */
  known(word: string): string | undefined {
    return this.#any.get(word);
  }

  /** Of the ranges for documentation (RFC 5737, RFC 3849), then those for benchmarks (RFC 2544); the family is kept. Loopback says nothing. */
  address(original: string): string {
    if (LOOPBACK.test(original)) return original;
    let address = this.#addresses.get(original);
    if (address === undefined) {
      address = original.includes(':') ? documentedV6(++this.#v6) : documentedV4(++this.#v4);
      this.#addresses.set(original, address);
    }
    return address;
  }

  /**
   * An id is a hash over the addresses and the time, and the time is told: with it, all addresses of a private network can be tried.
   * So ids are counted.
   */
  flow(original: string): string {
    let id = this.#flows.get(original);
    if (id === undefined) {
      id = (this.#flows.size + 1).toString(16).padStart(16, '0');
      this.#flows.set(original, id);
    }
    return id;
  }

  /** `spiffe://trust-domain-1/ns/ns-2/sa/account-1`. */
  identity(original: string): string {
    const [, domain, namespace, account] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(original) ?? [];
    if (domain === undefined || namespace === undefined || account === undefined) return this.name('identity', original);
    return `spiffe://${this.name('trust-domain', domain)}/ns/${this.name('ns', namespace)}/sa/${this.name('account', account)}`;
  }
}

const BLOCKS = ['192.0.2', '198.51.100', '203.0.113'] as const;

function documentedV4(number: number): string {
  const block = BLOCKS[Math.floor((number - 1) / 254)];
  if (block !== undefined) return `${block}.${((number - 1) % 254) + 1}`;
  const rest = number - 1 - BLOCKS.length * 254;
  return `198.${18 + ((rest >> 16) & 1)}.${(rest >> 8) & 255}.${rest & 255}`;
}

const documentedV6 = (number: number): string =>
  number > 0xffff ? `2001:db8::${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}` : `2001:db8::${number.toString(16)}`;
