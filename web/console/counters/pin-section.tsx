import { Alert, Button, Input } from 'antd';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { ProblemError } from '../../shared/request.ts';
import { Problem } from '../problem.tsx';
import { useText } from '../use-text.ts';
import { countersApi } from './counters-api.ts';

/** An officer's own PIN: typed once, kept nowhere in the browser. */
export const PinSection = () => {
  const say = useText();
  const id = useId();
  const [isSet, setIsSet] = useState<boolean>();
  const [pin, setPin] = useState('');
  const [weak, setWeak] = useState(false);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    countersApi.hasPin().then(({ set }) => setIsSet(set), setError);
  }, []);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    setError(undefined);
    setWeak(!/^\d{6}$/.test(pin));
    if (!/^\d{6}$/.test(pin)) return;
    try {
      await countersApi.setPin(pin);
      setIsSet(true);
      setSaved(true);
      setPin('');
    } catch (failure) {
      if (failure instanceof ProblemError && failure.status === 400) setWeak(true);
      else setError(failure);
    }
  };
  return (
    <section className="detail" data-testid="pin">
      <h2>{say('pin.title')}</h2>
      <p>{say('pin.text')}</p>
      {isSet !== undefined && <p className="soft">{say(isSet ? 'pin.set' : 'pin.notset')}</p>}
      {error !== undefined && <Problem error={error} />}
      {saved && <Alert type="success" showIcon title={say('pin.saved')} data-testid="pin-saved" />}
      <form className="filters" onSubmit={save}>
        <div className="field">
          <label htmlFor={id}>{say('pin.label')}</label>
          <Input
            id={id}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            value={pin}
            onChange={({ target }) => setPin(target.value)}
            status={weak ? 'error' : ''}
            aria-describedby={weak ? `${id}-problem` : undefined}
          />
          {weak && (
            <p className="field-problem" id={`${id}-problem`} role="alert">
              {say('pin.weak')}
            </p>
          )}
        </div>
        <Button htmlType="submit" data-testid="pin-save">
          {say('pin.save')}
        </Button>
      </form>
    </section>
  );
};
