/**
 * Who may ask. The server reads and never writes, yet what it tells is nobody else's: a page of another site must not read it through
 * the user's browser (Host: DNS rebinding; Origin and Sec-Fetch-Site: foreign pages), and beyond this machine it takes a token.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { Context, MiddlewareHandler } from 'hono';

import { Refusal } from './query.ts';

export type GuardOptions = {
  /** The address that is listened on, as given. */
  readonly address: string;
  /** Null on a loopback address: whoever is on the machine may look. */
  readonly token: string | null;
  /** What anybody may have without it. */
  isPublic(path: string): boolean;
};

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** A cookie belongs to a host, whatever the port: so that two servers of one host do not take each other's, its name has the port that the browser knows. */
export const cookieName = (host: string | undefined): string => `plainsight-${/:(\d{1,5})$/.exec(host ?? '')?.[1] ?? 'http'}`;

export function guard({ address, token, isPublic }: GuardOptions): MiddlewareHandler {
  const session = token === null ? null : createHmac('sha256', token).update('session').digest('base64url');
  return async (c, next): Promise<Response | undefined> => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.json({ error: 'plainsight only answers GET.' }, 405, { Allow: 'GET, HEAD' });
    // Whoever says the token is no browser that was led here: a name of a cluster will do for a scraper.
    if (token === null || !saysToken(c, token)) checkHost(c, address);
    checkOrigin(c);
    if (token !== null && session !== null) {
      const given = c.req.query('token');
      if (given !== undefined && isSame(given, token)) {
        c.header('Set-Cookie', `${cookieName(c.req.header('host'))}=${session}; Path=/; HttpOnly; SameSite=Strict`);
        return c.redirect(withoutToken(c.req.url), 303);
      }
      if (!isPublic(c.req.path) && !isKnown(c, token, session)) throw new Refusal(401, TAKES_TOKEN);
    }
    await next();
    return undefined;
  };
}

const TAKES_TOKEN = 'This plainsight takes a token: open the address that it printed when it started, or send it as "Authorization: Bearer TOKEN".';

const LOCAL: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** An address cannot be rebound, nor can the names this machine has for itself. Every other name might be an attacker's. */
function checkHost(c: Context, address: string): void {
  const name = hostOf(c.req.header('host'));
  const isOwn = name !== null && (LOCAL.includes(name) || isIP(name) !== 0 || name === address.toLowerCase() || name === hostname().toLowerCase());
  if (!isOwn) throw new Refusal(403, `This is not the name of this server. Open it by its address, or as http://localhost:PORT/.`);
}

/** Without the port; undefined where there is none or it is nonsense. */
function hostOf(header: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/?#@\s[\]]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return (match?.[1] ?? match?.[2] ?? null)?.toLowerCase() ?? null;
}

function checkOrigin(c: Context): void {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isForeign = origin !== undefined && origin.replace(/^https?:\/\//i, '').toLowerCase() !== (c.req.header('host') ?? '').toLowerCase();
  // To follow a link to the page is no harm; to fetch what it shows is.
  const isFetch = c.req.header('sec-fetch-mode') !== 'navigate';
  if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none' && isFetch)) {
    throw new Refusal(403, 'Asked by the page of another site.');
  }
}

function isKnown(c: Context, token: string, session: string): boolean {
  const cookie = new RegExp(`(?:^|;) *${cookieName(c.req.header('host'))}=([\\w-]+)`).exec(c.req.header('cookie') ?? '')?.[1];
  if (cookie !== undefined && isSame(cookie, session)) return true;
  return saysToken(c, token);
}

function saysToken(c: Context, token: string): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return bearer !== undefined && isSame(bearer, token);
}

/** In a time that says nothing of how much is right. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'plainsight').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function withoutToken(address: string): string {
  const url = new URL(address);
  url.searchParams.delete('token');
  // Only the way: never to another host. Two slashes would begin one.
  return `${url.pathname.replace(/^\/+/, '/')}${url.search}`;
}
