/** What a terminal shows (`tmux capture-pane -e -p`) as a page of a browser, in the colours of a light or a dark terminal. */

/** Black, red, green, yellow, blue, magenta, cyan, white. */
const PALETTES = {
  dark: { ground: '#0d1117', text: '#d7dde5', colors: ['#30363d', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#d7dde5'] },
  light: { ground: '#ffffff', text: '#24292f', colors: ['#24292f', '#cf222e', '#116329', '#9a6700', '#0969da', '#8250df', '#1b7c83', '#6e7781'] },
};

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function style({ color, isBold, isDim, isTurned }, { ground, text, colors }) {
  const ink = color === null ? text : colors[color];
  const [front, back] = isTurned ? [ground, ink] : [ink, null];
  return [
    `color:${front}`,
    back === null ? '' : `background:${back}`,
    isBold ? 'font-weight:700' : '',
    // As terminals have it: halfway to the ground.
    isDim ? 'opacity:.55' : '',
  ]
    .filter(Boolean)
    .join(';');
}

const PLAIN = { color: null, isBold: false, isDim: false, isTurned: false };

function after(state, code) {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...state, isBold: true };
  if (code === 2) return { ...state, isDim: true };
  if (code === 7) return { ...state, isTurned: true };
  if (code === 22) return { ...state, isBold: false, isDim: false };
  if (code === 27) return { ...state, isTurned: false };
  // The ground is never coloured.
  if (code === 49) return state;
  if (code === 39) return { ...state, color: null };
  if (code >= 30 && code <= 37) return { ...state, color: code - 30 };
  throw new Error(`no colour for SGR ${code}`);
}

/** HTML of one document; `scheme`: light or dark. Each cell is placed by itself, as a terminal does it. */
export function terminalPage(captured, scheme) {
  const palette = PALETTES[scheme];
  let state = PLAIN;
  const rows = captured
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      let html = '';
      for (const [index, part] of line.split('\u001b[').entries()) {
        const end = index === 0 ? -1 : part.indexOf('m');
        if (index > 0) for (const code of part.slice(0, end).split(';')) state = after(state, Number(code));
        if (part.length > end + 1) html += `<span style="${style(state, palette)}">${escaped(part.slice(end + 1))}</span>`;
      }
      return html;
    });
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: ${palette.ground}; display: inline-block }
pre { margin: 12px; font: 14px/18px 'DejaVu Sans Mono', 'JetBrains Mono', monospace; color: ${palette.text} }
span { display: inline-block; height: 18px; vertical-align: top }
</style><pre>${rows.join('\n')}</pre>`;
}
