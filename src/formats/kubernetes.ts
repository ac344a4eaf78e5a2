import type { Format } from '../model/format.ts';
import { factsOf } from './config-facts.ts';
import { headOf, isJson, isYaml, readEither } from './config-heads.ts';
import { readJson } from './config-json.ts';
import { readYaml } from './config-yaml.ts';
import { readKubernetesPiece } from './kubernetes-facts.ts';

/** Objects of the API name their version and kind; kubectl sorts keys, so a list's kind may stand behind all its items. */
const JSON_HEAD = /"apiVersion"\s*:\s*"[a-z0-9./]+"/;
const YAML_HEAD = /^(?:- )?[ \t]*(?:apiVersion:\s*["']?[a-z0-9./]+["']?|kind:\s*["']?[A-Z]\w+["']?)\s*$/m;

/** `kubectl get … -o json|yaml`: one object, a List, or documents one after the other. */
export const kubernetes: Format = {
  name: 'kubernetes',
  witness: 'config',
  summary: 'kubectl get -o json or yaml: pods, namespaces, services, endpointslices, nodes, PeerAuthentications',
  recognise: (head) => {
    const text = headOf(head);
    if (isJson(text)) return JSON_HEAD.test(text) ? 0.85 : 0;
    return isYaml(text) && YAML_HEAD.test(text) ? 0.85 : 0;
  },
  decode: (chunks, tables) =>
    readEither(chunks, (isJsonText, all) => factsOf(isJsonText ? readJson(all) : readYaml(all), readKubernetesPiece, tables)),
};
