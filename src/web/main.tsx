import { render } from 'preact';
import { App } from './app.tsx';
import { start } from './state/live.ts';
import { startTheme } from './state/theme.ts';

startTheme();
start();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
