import { arrange, type ToArrange } from './arrange.ts';

addEventListener('message', ({ data }: MessageEvent<ToArrange>) => postMessage(arrange(data)));
