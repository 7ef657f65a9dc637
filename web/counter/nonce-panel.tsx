import { useEffect, useRef } from 'react';
import { base45Encode } from '../../src/verifier/core/index.ts';
import { drawLink } from '../shared/draw-code.ts';
import { useText } from './use-text.ts';

/** This counter's eight bytes for the phone to scan (docs/show-code.md §6): its next code counts here and nowhere else. */
export const NoncePanel = ({ nonce }: { nonce: Uint8Array }) => {
  const say = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) drawLink(canvas.current, `SCN1:${base45Encode(nonce)}`, 200);
  }, [nonce]);
  return (
    <section className="nonce" aria-labelledby="nonce-title" data-testid="nonce">
      <canvas ref={canvas} role="img" aria-labelledby="nonce-title" />
      <div>
        <h2 id="nonce-title">{say('nonce.title')}</h2>
        <p>{say('nonce.text')}</p>
      </div>
    </section>
  );
};
