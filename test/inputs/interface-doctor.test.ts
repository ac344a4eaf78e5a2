import { describe, expect, it } from 'vitest';
import { type DoctorFacts, doctorChecks, gatherDoctorFacts } from '../../src/inputs/interface-doctor.ts';
import { filterWithPlace } from '../../src/inputs/interface-filter.ts';
import { captureOptions } from '../../src/inputs/interface-options.ts';
import { invoker } from '../../src/inputs/interface-privileges.ts';
import { listInterfaces } from '../../src/inputs/interfaces-list.ts';
import { ExitCode } from '../../src/model/error.ts';

const WELL: DoctorFacts = {
  platform: 'linux',
  arch: 'x64',
  nodeVersion: 'v20.20.2',
  isRoot: false,
  procStatus: 'Name:\tnode\nCapEff:\t0000000000002000\n',
  osRelease: 'ID=debian\n',
  libpcap: 'libpcap version 1.10.3',
  missing: null,
  tcpdump: 'tcpdump version 4.99.3',
  kubectl: 'Client Version: v1.36.0',
};
const BROKEN = { missing: { what: 'libpcap', why: 'libpcap.so.1: cannot open shared object file' }, libpcap: null, tcpdump: null } as const;
const failing = (facts: Partial<DoctorFacts>): readonly string[] =>
  doctorChecks({ ...WELL, ...facts })
    .filter(({ ok }) => !ok)
    .map(({ check, mend }) => `${check}: ${mend}`);

describe('doctor', () => {
  it('finds nothing to mend where all is there', () => {
    expect(failing({})).toEqual([]);
  });

  it('says the command for each thing that is missing', () => {
    expect(failing({ nodeVersion: 'v20.18.9' })).toEqual(['node: nvm install 22']);
    expect(failing({ procStatus: 'CapEff:\t0000000000000000\n' })).toEqual([`privileges: sudo setcap cap_net_raw+eip ${process.execPath}`]);
    expect(failing(BROKEN)).toEqual(['libpcap: sudo apt-get install libpcap0.8', 'tcpdump: sudo apt-get install tcpdump']);
    expect(failing({ ...BROKEN, osRelease: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' })[0]).toBe('libpcap: sudo dnf install libpcap');
    expect(failing({ kubectl: null, arch: 'arm64' })[0]).toMatch(/^kubectl: curl .*linux\/arm64\/kubectl/);
    expect(failing({ missing: { what: 'binding', why: 'none' } })[0]).toMatch(/^binding: cd .* && node native\/build\.mjs$/);
  });

  it('does not take the root of a container for enough, which may lack CAP_NET_RAW', () => {
    // Docker's default set, with and without NET_RAW.
    expect(failing({ isRoot: true, procStatus: 'CapEff:\t00000000a80425fb\n' })).toEqual([]);
    expect(failing({ isRoot: true, procStatus: 'CapEff:\t00000000a80405fb\n' })).toEqual(['privileges: docker run --cap-add NET_RAW']);
  });

  it('looks at this machine without failing', () => {
    expect(doctorChecks(gatherDoctorFacts()).map(({ check }) => check)).toEqual(['node', 'privileges', 'binding', 'libpcap', 'tcpdump', 'kubectl']);
  });
});

describe('interfaces', () => {
  it('lists what this machine has, loopback too', () => {
    expect(listInterfaces().filter(({ isLoopback }) => isLoopback)).toContainEqual(expect.objectContaining({ isUp: true }));
  });
});

describe('options of a capture', () => {
  it('takes a snapshot length of 0 as the largest, as tcpdump does', () => {
    expect(captureOptions({ snaplen: 0, filter: ' tcp ' })).toMatchObject({ snaplen: 262_144, filter: 'tcp', bufferMiB: 32, promiscuous: false });
  });

  it('refuses numbers that cannot be, naming the flag', () => {
    for (const wrong of [{ snaplen: 300_000 }, { snaplen: 1.5 }, { bufferMiB: 0 }, { bufferMiB: 4096 }, { count: -1 }, { durationMs: Number.NaN }]) {
      expect(() => captureOptions(wrong)).toThrow(
        expect.objectContaining({ code: ExitCode.usage, message: expect.stringMatching(/^--(snaplen|buffer|count|duration): /) }),
      );
    }
  });
});

describe('the place where a filter goes wrong', () => {
  /** Stands for libpcap: `word` or `(word)`, joined by `and`. */
  const compiles = (filter: string): boolean => /^\(?\w+\)?( and \(?\w+\)?)*$/.test(filter) && !/nad|\band$|^and/.test(filter.replace(/[()]/g, ''));

  it('is the first word that does not fit', () => {
    expect(filterWithPlace('tcp nad udp', compiles)).toBe('tcp nad udp\n    ^ here');
    expect(filterWithPlace('nad', compiles)).toBe('nad\n^ here');
    expect(filterWithPlace('tcp and (udp nad x)', compiles)).toBe('tcp and (udp nad x)\n             ^ here');
  });
});

describe('who called sudo', () => {
  const environment = { SUDO_UID: '1000', SUDO_GID: '1001', SUDO_USER: 'ada' };

  it('is known to root alone, and never root itself or nonsense', () => {
    expect(invoker(environment, 0)).toEqual({ uid: 1000, gid: 1001, user: 'ada' });
    expect(invoker(environment, 1000)).toBeUndefined();
    expect(invoker({}, 0)).toBeUndefined();
    for (const uid of ['0', '-1', 'x', '1e99', '1.5']) expect(invoker({ ...environment, SUDO_UID: uid }, 0)).toBeUndefined();
  });
});
