import { describe, expect, it } from 'vitest';
import { runLog, withoutSecrets } from '../../src/cli/run-facts.ts';

describe('the command line in a report', () => {
  it('has no secret', () => {
    const words = [
      '--prometheus',
      'https://me:geheim@prom:9090/api?x=1&token=geheim',
      '--kiali-token',
      'geheim',
      '--kiali-token=geheim',
      '--prometheus-token-file',
      'geheim',
      '-o',
      'html',
      'a.pcap',
    ];
    expect(withoutSecrets(words)).toEqual([
      '--prometheus',
      'https://***@prom:9090/api?x=1&token=***',
      '--kiali-token',
      '***',
      '--kiali-token=***',
      '--prometheus-token-file',
      '***',
      '-o',
      'html',
      'a.pcap',
    ]);
  });

  it('stands beside what could not be read', () => {
    let now = 1000;
    const log = runLog(['x'], () => now);
    log.complain('cannot read x');
    log.hashed('y', 'ab');
    now = 2000;
    expect(log.started).toBe(1_000_000);
    expect(log.ended()).toEqual({ at: 2_000_000, complaints: ['cannot read x'], hashes: new Map([['y', 'ab']]) });
  });
});
