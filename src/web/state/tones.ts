/** Colours of the style sheet for what is drawn on a canvas, which knows no custom properties. */
const ALIASES: Readonly<Record<string, string>> = { hbone: 'proven', unknown: 'unproven' };

/** `rgb(…)` of `--name` in the theme shown now. */
export function toneColor(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${ALIASES[name] ?? name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
