/** Draws an app, or first what to do where it cannot work (lazily: most people never need that page). */
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { stay, surroundings } from './surroundings.ts';
import { startUpdates } from './update.ts';

export const startApp = (which: 'wallet' | 'counter', app: ReactNode): void => {
  const root = createRoot(document.getElementById('root')!);
  const draw = (): void => {
    root.render(<StrictMode>{app}</StrictMode>);
    startUpdates();
  };
  const around = surroundings();
  if (!around) draw();
  else
    void import('./elsewhere-page.tsx').then(({ ElsewherePage }) => {
      const onStay = () => {
        stay();
        draw();
      };
      root.render(<ElsewherePage which={which} around={around} onStay={onStay} />);
    });
};
