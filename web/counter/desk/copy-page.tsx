import { useRef, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { formatDay } from '../../shared/format.ts';
import { currentLanguage, local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import { CaseFields } from './case-fields.tsx';
import type { DeskState } from './desk.ts';
import { type CaseCopy, randomId } from './desk-api.ts';
import { OfficerForm } from './officer-form.tsx';
import { OfficerPage, TroubleNotice } from './officer-page.tsx';
import { useAsking } from './use-asking.ts';
import { desk } from './use-desk.ts';
import { useOfficerText } from './use-officer-text.ts';

const days = [7, 15, 30, 60, 90];

/** CTR-3: what the item of a case may have of a certificate, for its file. */
export const CopyPage = ({ state, onDone }: { state: DeskState; onDone(): void }) => {
  const say = useOfficerText();
  const asking = useAsking();
  const [made, setMade] = useState<CaseCopy>();
  const once = useRef({ asked: '', key: '' });

  const make = async ({ case: number, type, view, days: count }: Record<string, string>) => {
    const asked = { case: number, type, ...(view && { view }), days: Number(count) };
    // The same request sent twice, because no answer came, makes one copy.
    const text = JSON.stringify(asked);
    if (once.current.asked !== text) once.current = { asked: text, key: randomId() };
    const { key } = once.current;
    const copy = await asking.run(() => desk.ask<CaseCopy>('/counter/api/annotated-copies', asked, key));
    if (!copy) return;
    once.current = { asked: '', key: '' };
    setMade(copy);
  };

  return (
    <OfficerPage
      title={say('copy.title')}
      lead={say('copy.lead')}
      state={state}
      asking={asking}
      onBack={onDone}
    >
      {made ? (
        <>
          <Notice kind="good" title={say('copy.made')} testId="copy-made">
            <p className="number">
              {say('copy.made.text', { count: made.fields.length, day: formatDay(made.expires_at) })}
            </p>
            <p className="code small soft">{made.id}</p>
          </Notice>
          <a
            className="button button-main"
            data-testid="copy-pdf"
            href={`${made.pdf_url}&lang=${currentLanguage()}`}
            download
          >
            {say('copy.pdf')}
          </a>
          <a
            className="button"
            data-testid="copy-print"
            href={made.print_url}
            target="_blank"
            rel="noreferrer"
          >
            {say('copy.print')}
          </a>
          <Button look="plain" data-testid="copy-again" onClick={() => setMade(undefined)}>
            {say('copy.again')}
          </Button>
        </>
      ) : (
        <OfficerForm submit={say('copy.submit')} busy={asking.busy} onSubmit={(values) => void make(values)}>
          <CaseFields items={state.facts?.items ?? []} chosen={state.item}>
            {({ type, views }) => (
              <>
                <label htmlFor="copy-view">{say('copy.view')}</label>
                <select id="copy-view" key={type} name="view" data-testid="copy-view">
                  <option value="">{say('copy.view.all')}</option>
                  {views.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {local(name)}
                    </option>
                  ))}
                </select>
              </>
            )}
          </CaseFields>
          <label htmlFor="copy-days">{say('copy.days')}</label>
          <select id="copy-days" name="days" data-testid="copy-days" defaultValue="30">
            {days.map((count) => (
              <option key={count} value={count}>
                {say('copy.days.count', { count })}
              </option>
            ))}
          </select>
          <TroubleNotice trouble={asking.trouble} own="copy" onBack={onDone} />
        </OfficerForm>
      )}
    </OfficerPage>
  );
};
