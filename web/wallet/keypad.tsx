import { useEffect, useState } from 'react';
import { useText } from './use-text.ts';
import { pinLength } from './vault.ts';

interface Props {
  disabled?: boolean;
  /** All digits are there; the pad is empty again. */
  onPin(pin: string): void;
}

/** Six digits by large keys or by a keyboard; what is typed is never shown, only how many. */
export const Keypad = ({ disabled = false, onPin }: Props) => {
  const say = useText();
  const [typed, setTyped] = useState('');

  useEffect(() => {
    if (typed.length < pinLength) return;
    setTyped('');
    onPin(typed);
  }, [typed, onPin]);
  useEffect(() => {
    if (disabled) return;
    const onKey = ({ key }: KeyboardEvent) => {
      if (/^\d$/.test(key)) setTyped((before) => before + key);
      if (key === 'Backspace') setTyped((before) => before.slice(0, -1));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [disabled]);

  const key = (digit: string) => (
    <button
      key={digit}
      type="button"
      className="button key number"
      data-testid={`key-${digit}`}
      aria-label={say('lock.digit', { digit })}
      disabled={disabled}
      onClick={() => setTyped((before) => before + digit)}
    >
      {digit}
    </button>
  );
  return (
    <div className="keypad">
      <p
        className="dots"
        role="img"
        aria-label={say('lock.label', { count: typed.length })}
        data-testid="pin-dots"
      >
        {Array.from({ length: pinLength }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: dots have no other name
          <span key={at} className={at < typed.length ? 'dot dot-full' : 'dot'} />
        ))}
      </p>
      <div className="keys">
        {[...'123456789'].map(key)}
        <span />
        {key('0')}
        <button
          type="button"
          className="button button-plain key"
          aria-label={say('lock.back')}
          disabled={disabled || typed === ''}
          onClick={() => setTyped((before) => before.slice(0, -1))}
        >
          ⌫
        </button>
      </div>
    </div>
  );
};
