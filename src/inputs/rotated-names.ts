/** Names of files that are one log or one capture, cut when it grew: logrotate's, the kubelet's, tcpdump's (-C, -W, -G) and dumpcap's. */

export type RotatedName = {
  /** Equal for all files of one set in one directory; what the newest of a log is called. */
  readonly set: string;
  /** Files of a set in this order, oldest first; those of equal rank by name. */
  readonly rank: number;
  /** A ring is written round and round: its numbers do not tell which file is the oldest. */
  readonly isRing: boolean;
};

const COMPRESSED = /\.(?:gz|zst)$/;
/** logrotate: `x.log.2`; with dateext `x.log-20261121`; the kubelet: `0.log.20261121-081900` (pkg/kubelet/logs/container_log_manager.go). */
const OLD_LOG = /^(?<set>.*\.log)(?:\.(?<age>\d{1,4})|[.-](?<date>\d{8})(?:-?(?<time>\d{2,6}))?)$/;
/** tcpdump -C: `x.pcap`, `x.pcap1`, …; with -W: `x.pcap00` … and round again (tcpdump.c, MakeFilename). */
const TCPDUMP = /^(?<set>.*\.(?:pcap|pcapng|cap|dmp|dump))(?<number>\d{1,6})$/;
/** dumpcap -b: `x_00001_20261121081900.pcapng` (ringbuffer.c). */
const DUMPCAP = /^(?<stem>.*)_(?<number>\d{5,})_\d{14}(?<extension>\.[a-z]+)$/;
/** tcpdump -G with date and time, or the epoch, in the name: `x-20261121-081900.pcap`, `x_2026-11-21_08:19:00.pcap`, `x-1795249140.pcap` (strftime in -w). */
const STAMPED =
  /^(?<stem>.*?)(?<![0-9])(?:20\d\d-?[01]\d-?[0-3]\d[T_.-]?[0-2]\d[:_.-]?[0-5]\d(?:[:_.-]?[0-5]\dZ?)?|1\d{9})(?<rest>\D*)\.(?<extension>pcap|pcapng|cap|dmp|dump)$/;
const NEWEST = Number.MAX_SAFE_INTEGER;

/** What the file name (without its directory) says; every name is the newest of some set. */
export function rotatedName(name: string): RotatedName {
  const plain = name.replace(COMPRESSED, '');
  const log = OLD_LOG.exec(plain)?.groups;
  if (log?.['age'] !== undefined) return { set: log['set'] ?? '', rank: -Number(log['age']), isRing: false };
  if (log !== undefined) {
    return { set: log['set'] ?? '', rank: Number(`${log['date'] ?? ''}${(log['time'] ?? '').padEnd(6, '0')}`), isRing: false };
  }
  const tcpdump = TCPDUMP.exec(plain)?.groups;
  if (tcpdump !== undefined) return { set: tcpdump['set'] ?? '', rank: Number(tcpdump['number']), isRing: true };
  const dumpcap = DUMPCAP.exec(plain)?.groups;
  if (dumpcap !== undefined) return { set: `${dumpcap['stem'] ?? ''}${dumpcap['extension'] ?? ''}`, rank: Number(dumpcap['number']), isRing: false };
  const stamped = STAMPED.exec(plain)?.groups;
  // Stamps may be of any time zone, and of two zones in one night: what the files hold has the order.
  if (stamped !== undefined) {
    const { stem = '', rest = '', extension = '' } = stamped;
    return { set: `${stem}*${rest}.${extension}`, rank: stampOf(plain.slice(stem.length)), isRing: true };
  }
  return { set: plain, rank: isCapture(plain) ? 0 : NEWEST, isRing: false };
}

/** Another for every other name of a set. */
const stampOf = (text: string): number => Number(text.replaceAll(/\D/g, '').slice(0, 14));
const isCapture = (name: string): boolean => TCPDUMP.test(`${name}0`);
