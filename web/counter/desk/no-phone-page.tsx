import { useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import { CaseFields } from './case-fields.tsx';
import type { DeskState } from './desk.ts';
import type { LookWithoutPhone } from './desk-api.ts';
import { OfficerForm } from './officer-form.tsx';
import { OfficerPage, TroubleNotice } from './officer-page.tsx';
import { pinKeyOf } from './pin.ts';
import { PresenceFields } from './presence-fields.tsx';
import { useAsking } from './use-asking.ts';
import { desk } from './use-desk.ts';
import { useOfficerText } from './use-officer-text.ts';
import { Values } from './values.tsx';

/** GB/T 36903 annex A, as they come to a counter. */
const documentKinds = ['111', '553', '516', '511', '414'] as const;

/** CTR-4: a person without a phone. What was typed goes in the request's body and nowhere else. */
export const NoPhonePage = ({ state, onDone }: { state: DeskState; onDone(): void }) => {
  const say = useOfficerText();
  const asking = useAsking();
  const [found, setFound] = useState<LookWithoutPhone>();
  const facts = state.facts;

  const presenceOf = async (values: Record<string, string>) => {
    const { presence, second, pin } = values;
    if (presence === 'second') {
      const officer = facts!.officers.find((each) => each.officer === second)!;
      return { officer: officer.officer, pin_key: await pinKeyOf(pin!, officer) };
    }
    const sample = facts!.face === 'sample' ? { sample: presence } : {};
    return desk.ask<{ face_session: string }>('/counter/api/face-sessions', sample);
  };
  const look = async (values: Record<string, string>, form: HTMLFormElement) => {
    const { item, case: number, type, kind, name } = values;
    const answer = await asking.run(async () =>
      desk.ask<LookWithoutPhone>('/counter/api/no-phone', {
        item,
        case: number,
        type,
        document: { kind, number: values.number!.toUpperCase(), name },
        presence: await presenceOf(values),
      }),
    );
    if (answer) return setFound(answer);
    const pin = form.elements.namedItem('pin');
    if (pin instanceof HTMLInputElement) pin.value = '';
  };

  return (
    <OfficerPage
      title={say('nophone.title')}
      lead={say('nophone.lead')}
      state={state}
      asking={asking}
      onBack={onDone}
    >
      {found ? (
        <Found found={found} onDone={onDone} />
      ) : (
        <OfficerForm
          submit={say('nophone.submit')}
          busy={asking.busy}
          onSubmit={(values, form) => void look(values, form)}
        >
          <h2>{say('nophone.case')}</h2>
          <CaseFields items={facts?.items ?? []} chosen={state.item} />
          <h2>{say('nophone.document')}</h2>
          <label htmlFor="np-kind">{say('nophone.kind')}</label>
          <select id="np-kind" name="kind" data-testid="np-kind">
            {documentKinds.map((kind) => (
              <option key={kind} value={kind}>
                {say(`nophone.kind.${kind}`)}
              </option>
            ))}
          </select>
          <label htmlFor="np-number">{say('nophone.number')}</label>
          <input
            id="np-number"
            name="number"
            data-testid="np-number"
            className="desk-number"
            lang="en"
            required
            minLength={5}
            maxLength={40}
            autoComplete="off"
            spellCheck={false}
            aria-describedby="np-number-hint"
          />
          <p id="np-number-hint" className="small soft">
            {say('nophone.number.hint')}
          </p>
          <label htmlFor="np-name">{say('nophone.name')}</label>
          <input
            id="np-name"
            name="name"
            data-testid="np-name"
            required
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
          />
          <PresenceFields state={state} />
          <TroubleNotice trouble={asking.trouble} onBack={onDone} />
        </OfficerForm>
      )}
    </OfficerPage>
  );
};

const Found = ({ found, onDone }: { found: LookWithoutPhone; onDone(): void }) => {
  const say = useOfficerText();
  const { state, state_name: stateName, fields, photo } = found;
  const inForce = state === '01';
  return (
    <>
      <Notice
        kind={inForce ? 'good' : 'bad'}
        title={inForce ? say('nophone.inForce') : say('nophone.notInForce', { state: local(stateName) })}
        testId="np-state"
      >
        {!inForce && <p>{say('nophone.notInForce.text')}</p>}
      </Notice>
      {inForce && (
        <section className="look" data-testid="np-found">
          <Values fields={fields} photo={photo} prefix="np" />
          {fields.length === 0 && !photo && <p>{say('officer.fields.none')}</p>}
        </section>
      )}
      <Notice kind="info" title={say('nophone.told')} testId="np-told">
        <p>{say('nophone.told.text')}</p>
      </Notice>
      <Button look="main" data-testid="officer-done" onClick={onDone}>
        {say('nophone.done')}
      </Button>
    </>
  );
};
