/** Addresses numbered in the order they came: a `Map` keyed by numbers past 2³¹ hashes a heap object each time, and this is asked per line. */

import type { Ip } from '../model/address.ts';
import { f64At, i32At } from '../model/column.ts';

export class IpIndex {
  #keys = new Float64Array(1024).fill(-1);
  #numbers = new Int32Array(1024);
  #count = 0;

  /** -1 for an address that was never added. */
  find(ip: Ip): number {
    const slot = this.#slot(ip);
    // -1 stands for a free slot, and for no address.
    return ip >= 0 && f64At(this.#keys, slot) === ip ? i32At(this.#numbers, slot) : -1;
  }

  /** The next number, from 0. */
  add(ip: Ip): number {
    if (this.#count * 2 >= this.#keys.length) this.#grow();
    const slot = this.#slot(ip);
    this.#keys[slot] = ip;
    this.#numbers[slot] = this.#count;
    return this.#count++;
  }

  #slot(ip: Ip): number {
    const mask = this.#keys.length - 1;
    let slot = (Math.imul(ip | 0, 0x9e3779b1) >>> 8) & mask;
    while (f64At(this.#keys, slot) >= 0 && f64At(this.#keys, slot) !== ip) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#numbers = new Int32Array(keys.length * 2);
    for (let at = 0; at < keys.length; at++) {
      const ip = f64At(keys, at);
      if (ip < 0) continue;
      // Only numbers that came in as addresses are in here.
      const slot = this.#slot(ip as Ip);
      this.#keys[slot] = ip;
      this.#numbers[slot] = i32At(numbers, at);
    }
  }
}
