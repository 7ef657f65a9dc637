import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './console.css';
import { startLanguages } from '../shared/i18n.ts';
import { App } from './app.tsx';
import { openSession } from './session.ts';
import { en, zh } from './texts.ts';

startLanguages(zh, en);
void openSession();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
