import './styles/base.css';
import './styles/controls.css';
import './styles/surfaces.css';
import './styles/people.css';
import './styles/shared.css';
import './styles/shell.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { rememberVisit } from './catch-up/last-visit.ts';
import { startCommunity } from './community.ts';
import { useLocale } from './i18n/i18n.ts';
import { rememberTheme, startLocale } from './preferences.ts';
import { listenToPush, renewPush } from './push.ts';
import { listenToLinks } from './router.ts';
import { session, startSession } from './session.ts';
import { listenToShortcuts } from './shell/shortcuts.ts';
import { loadLexer } from './text/markdown.tsx';
import { registerWorker } from './worker.ts';

rememberTheme();
rememberVisit();
startCommunity();
listenToLinks();
listenToShortcuts();
// After the page has what it shows: the worker loads all files, and some networks are slow.
void startSession().then(registerWorker);
listenToPush();
effect(() => {
  if (session.value === 'in') void renewPush().catch(() => {});
});
loadLexer().catch(() => {});
await useLocale(startLocale());
render(<App />, document.getElementById('app') as HTMLElement);
