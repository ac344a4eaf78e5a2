import { effect, signal } from '@preact/signals';

const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const KEY = 'plainsight-theme';

const system = matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(system.matches);
const chosen = signal<Theme>(THEMES.find((theme) => theme === stored()) ?? 'auto');

/** Storage may be forbidden: the choice is then for this page only. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** What is drawn: changes with the system too. */
export const theme = signal<'light' | 'dark'>('light');

export const chosenTheme = chosen;
export function nextTheme(): void {
  chosen.value = THEMES[(THEMES.indexOf(chosen.value) + 1) % THEMES.length] ?? 'auto';
  try {
    localStorage.setItem(KEY, chosen.value);
  } catch {
    // Forbidden: see above.
  }
}

export function startTheme(): void {
  system.addEventListener('change', ({ matches }) => {
    isSystemDark.value = matches;
  });
  effect(() => {
    document.documentElement.dataset['theme'] = chosen.value;
    theme.value = chosen.value === 'auto' ? (isSystemDark.value ? 'dark' : 'light') : chosen.value;
  });
}
