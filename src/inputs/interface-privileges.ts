/** Giving up root once everything is open. */
import { ExitCode, PlainsightError } from '../model/error.ts';

export type Invoker = { readonly uid: number; readonly gid: number; readonly user: string };

/** Who called sudo; undefined when we are not root, or root itself called. */
export function invoker(environment: NodeJS.ProcessEnv = process.env, euid: number | undefined = process.geteuid?.()): Invoker | undefined {
  const uid = Number(environment['SUDO_UID'] ?? 0);
  const gid = Number(environment['SUDO_GID'] ?? 0);
  const user = environment['SUDO_USER'] ?? '';
  const isSane = Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 && gid >= 0 && uid < 2 ** 32 && gid < 2 ** 32;
  return euid === 0 && isSane && user !== '' ? { uid, gid, user } : undefined;
}

/**
 * From root to the user who called sudo, for good and for the whole process: glibc and musl make every thread follow, the capture
 * workers and libuv's pool too. What is open stays open: a packet socket asks for its capability only when made, and its counts
 * need none. Call it on the main thread, after all interfaces are open and before anything of the user's is written.
 *
 * Returns who we are now, or undefined where there was nothing to give up. Throws when root could not be given up.
 */
export function dropPrivileges(): Invoker | undefined {
  const to = invoker();
  if (to === undefined || process.setgid === undefined || process.setuid === undefined) return undefined;
  try {
    process.setgroups?.([]);
    process.setgid(to.gid);
    tryGroupsOf(to);
    process.setuid(to.uid);
  } catch (error) {
    throw new PlainsightError(ExitCode.unavailable, `cannot become ${to.user} (uid ${to.uid}) after opening the interfaces`, { cause: error });
  }
  if (process.geteuid?.() !== to.uid || canBecomeRoot()) throw new PlainsightError(ExitCode.unavailable, `still root after becoming ${to.user}`);
  return to;
}

/** The user's other groups, where the system knows the user: in a container it may not. */
function tryGroupsOf({ user, gid }: Invoker): void {
  try {
    // @types/node leaves it out.
    const initgroups: unknown = Reflect.get(process, 'initgroups');
    if (typeof initgroups === 'function') initgroups.call(process, user, gid);
  } catch {
    process.setgroups?.([gid]);
  }
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return false;
  }
}
