#!/usr/bin/env node
/**
 * What `kubectl plainsight` asks behind a TAB: kubectl runs `kubectl_complete-plainsight WORD…` from PATH, the last word being typed, and
 * takes cobra's answer (kubernetes/kubectl pkg/cmd/plugin/plugin_completion.go).
 */
import { completionText } from './completion.ts';

process.stdout.write(completionText(process.argv.slice(2)));
