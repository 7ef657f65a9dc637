import '../shared/tokens.css';
import '../shared/base.css';
import './wallet.css';
import './elder-home.css';
import './scan.css';
import './show-page.css';
import './lock.css';
import { startLanguages } from '../shared/i18n.ts';
import { applyElderMode } from '../shared/preferences.ts';
import { startApp } from '../shared/start-app.tsx';
import { App } from './app.tsx';
import { LockGate } from './lock-gate.tsx';
import { takeUpLink } from './presentation/read-link.ts';
import { en, zh } from './texts.ts';

applyElderMode();
takeUpLink();
startLanguages(zh, en);
startApp(
  'wallet',
  <LockGate>
    <App />
  </LockGate>,
);
