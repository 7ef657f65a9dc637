import { useState } from 'react';
import { Notice } from '../../shared/notice.tsx';
import type { DeskState } from './desk.ts';
import { useOfficerText } from './use-officer-text.ts';

/** How it is shown that the person is here: a face check where one is connected, or a second officer's PIN. */
export const PresenceFields = ({ state }: { state: DeskState }) => {
  const say = useOfficerText();
  const face = state.facts?.face ?? 'none';
  const others = (state.facts?.officers ?? []).filter(({ officer }) => officer !== state.shift?.officer);
  const faces =
    face === 'sample' ? (['match', 'no_match'] as const) : face === 'connected' ? (['face'] as const) : [];
  const ways = [...faces, 'second' as const];
  const [way, setWay] = useState<(typeof ways)[number]>(ways[0]!);
  return (
    <fieldset className="desk-choice">
      <legend>{say('nophone.presence')}</legend>
      {ways.map((each) => (
        <label key={each} className="desk-radio">
          <input
            type="radio"
            name="presence"
            value={each}
            data-testid={`np-${each}`}
            checked={way === each}
            onChange={() => setWay(each)}
          />
          {say(each === 'second' || each === 'face' ? `nophone.${each}` : `nophone.face.${each}`)}
        </label>
      ))}
      {way === 'face' && <p className="small soft">{say('nophone.face.hint')}</p>}
      {way === 'second' &&
        (others.length === 0 ? (
          <Notice kind="check" testId="np-second-none">
            <p>{say('nophone.second.none')}</p>
            {/* Nothing can be sent so. */}
            <input name="second" required hidden aria-label={say('nophone.second.who')} />
          </Notice>
        ) : (
          <>
            <label htmlFor="np-second-officer">{say('nophone.second.who')}</label>
            <select
              id="np-second-officer"
              name="second"
              data-testid="np-second-officer"
              required
              defaultValue=""
            >
              <option value="">{say('officer.choose')}</option>
              {others.map(({ officer, name }) => (
                <option key={officer} value={officer}>
                  {name}
                </option>
              ))}
            </select>
            <label htmlFor="np-second-pin">{say('nophone.second.pin')}</label>
            <input
              id="np-second-pin"
              name="pin"
              className="desk-code"
              data-testid="np-second-pin"
              type="password"
              inputMode="numeric"
              autoComplete="off"
              required
              pattern="\d{6}"
              maxLength={6}
            />
          </>
        ))}
    </fieldset>
  );
};
