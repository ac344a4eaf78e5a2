/**
 * First bytes of real connections, in three files. Recorded on loopback with the program named, through a relay that noted
 * each chunk, or taken from the recordings of real meshes; a few were made by hand. Random values and names belong to nobody.
 */
export type Sample = {
  readonly name: string;
  readonly protocol: string;
  readonly side: 'client' | 'server';
  readonly transport: 'tcp' | 'udp';
  readonly recorded: string;
  readonly bytes: DataView;
};

export const view = (hex: string): DataView => new DataView(Uint8Array.from(Buffer.from(hex, 'hex')).buffer);
export const ascii = (text: string): DataView => view(Buffer.from(text, 'latin1').toString('hex'));

/** Protocol, side and transport in one: `http client tcp`. */
export function sample(name: string, what: `${string} ${Sample['side']} ${Sample['transport']}`, recorded: string, hex: string): Sample {
  const [protocol = '', side, transport] = what.split(' ');
  return {
    name,
    protocol,
    side: side === 'server' ? 'server' : 'client',
    transport: transport === 'udp' ? 'udp' : 'tcp',
    recorded,
    bytes: view(hex),
  };
}
