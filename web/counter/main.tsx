import { lazy, Suspense } from 'react';
import '../shared/tokens.css';
import '../shared/base.css';
import './counter.css';
import { startLanguages } from '../shared/i18n.ts';
import { applyElderMode } from '../shared/preferences.ts';
import { startApp } from '../shared/start-app.tsx';
import { App } from './app.tsx';
import { en, zh } from './texts.ts';

/** `/v` leads here: nobody is enrolled, nobody signs in. */
const anyonePath = '/counter/anyone';
const AnyoneApp = lazy(() => import('./anyone-app.tsx').then(({ AnyoneApp: app }) => ({ default: app })));

applyElderMode();
startLanguages(zh, en);
startApp(
  'counter',
  location.pathname === anyonePath ? (
    <Suspense fallback={null}>
      <AnyoneApp />
    </Suspense>
  ) : (
    <App />
  ),
);
