import type { Format } from '../model/format.ts';
import { factsOf } from './config-facts.ts';
import { headOf, isJson, isYaml, readEither } from './config-heads.ts';
import { readJson } from './config-json.ts';
import { readYaml } from './config-yaml.ts';
import { readZtunnelPiece } from './ztunnel-config-facts.ts';

const JSON_NAMES = /"(?:workloadIps|certChain|workloadUid|workloadState|stagedServices|originalDst|canonicalRevision)"\s*:/;
const JSON_CONNECTIONS = /"connections"\s*:\s*\{\s*"(?:in|out)bound"/;
const JSON_POLICY = /"scope"\s*:\s*"(?:Global|Namespace|WorkloadSelector)"/;
const YAML_NAMES = /^[ \t-]*(?:workloadIps|certChain|workloadUid|workloadState|stagedServices|originalDst|canonicalRevision):/m;
const YAML_CONNECTIONS = /^[ \t-]*connections:\s*\n\s+(?:in|out)bound:/m;
const YAML_POLICY = /^[ \t-]*scope: (?:Global|Namespace|WorkloadSelector)\s*$/m;

/** `/config_dump`, `istioctl ztunnel-config … -o json` and `-o yaml`: all of it or one part. */
export const ztunnelConfig: Format = {
  name: 'ztunnel-config',
  witness: 'config',
  summary: "what ztunnel was told: /config_dump, or istioctl ztunnel-config's JSON and YAML",
  recognise: (head) => {
    const text = headOf(head);
    if (isJson(text))
      return [JSON_NAMES, JSON_POLICY, JSON_CONNECTIONS].some((name) => name.test(text)) ? 0.9 : /^\s*\[\s*\]\s*$/.test(text) ? 0.1 : 0;
    return isYaml(text) && [YAML_NAMES, YAML_POLICY, YAML_CONNECTIONS].some((name) => name.test(text)) ? 0.8 : 0;
  },
  decode: (chunks, tables) => readEither(chunks, (isJsonText, all) => factsOf(isJsonText ? readJson(all) : readYaml(all), readZtunnelPiece, tables)),
};
