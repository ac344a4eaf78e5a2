/** `--from-policies FILE`: PeerAuthentications that are not applied yet. */
import { createReadStream } from 'node:fs';
import { kubernetes } from '../formats/kubernetes.ts';
import type { PeerAuthenticationFact } from '../model/configuration.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Tables } from '../model/tables.ts';

export async function readPolicies(path: string | null, tables: Tables): Promise<readonly PeerAuthenticationFact[]> {
  if (path === null) return [];
  const policies: PeerAuthenticationFact[] = [];
  try {
    for await (const batch of kubernetes.decode(createReadStream(path), tables)) {
      if (batch.kind === 'facts') for (const fact of batch.facts) if (fact.kind === 'peer-authentication') policies.push(fact);
    }
  } catch (error) {
    throw new PlainsightError(
      ExitCode.unreadable,
      `--from-policies ${path} cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
      { cause: error },
    );
  }
  if (policies.length === 0) throw new PlainsightError(ExitCode.usage, `--from-policies ${path}: no PeerAuthentication is in it`);
  return policies;
}
