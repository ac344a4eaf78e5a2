/** The formats that plainsight reads: a new one is a file, and a line here. The surest one by `recognise` gets an input. */
import type { Format } from '../model/format.ts';
import { kialiGraph } from './kiali-graph.ts';
import { kubernetes } from './kubernetes.ts';
import { PCAP } from './pcap.ts';
import { PCAPNG } from './pcapng.ts';
import { plainsightJsonl } from './plainsight-jsonl.ts';
import { prometheusApi } from './prometheus-api.ts';
import { prometheusText } from './prometheus-text.ts';
import { tcpdumpText } from './tcpdump-text.ts';
import { ztunnelConfig } from './ztunnel-config.ts';
import { ztunnelConfigTable } from './ztunnel-config-table.ts';
import { ztunnelJson } from './ztunnel-json.ts';
import { ztunnelText } from './ztunnel-text.ts';

export const FORMATS: readonly Format[] = [
  PCAP,
  PCAPNG,
  ztunnelText,
  ztunnelJson,
  tcpdumpText,
  ztunnelConfigTable,
  ztunnelConfig,
  kubernetes,
  prometheusText,
  prometheusApi,
  kialiGraph,
  plainsightJsonl,
];
