import { Button } from '../../shared/button.tsx';
import { local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import { useText } from '../use-text.ts';
import type { DeskState } from './desk.ts';
import { desk } from './use-desk.ts';

/** What an officer on shift does without a scan. */
export const officerPages = ['no-phone', 'inbox', 'copy'] as const;

/** The pages beside the scan page. */
export type Beside = 'enrol' | 'shift' | (typeof officerPages)[number];

/** Which counter this is, for which item, and who is on shift. */
export const DeskBar = ({ state, onBeside }: { state: DeskState; onBeside(page: Beside): void }) => {
  const say = useText();
  const { facts, shift, item, waiting, flagged, ended } = state;
  const officer = facts?.officers.find((each) => each.officer === shift?.officer);
  return (
    <>
      {facts && (
        <section className="desk" aria-label={facts.counter.name} data-testid="desk">
          <p className="desk-name">
            <strong>{facts.counter.name}</strong>
            <span className="small soft">{local(facts.unit.name)}</span>
          </p>
          <label className="desk-item">
            <span className="small soft">{say('desk.item')}</span>
            <select
              value={item?.code ?? ''}
              data-testid="item"
              onChange={({ target }) => desk.chooseItem(target.value)}
            >
              <option value="">{say('desk.item.none')}</option>
              {facts.items.map(({ code, name }) => (
                <option key={code} value={code}>
                  {local(name)}
                </option>
              ))}
            </select>
          </label>
          <p className="desk-officer" data-testid="officer">
            {officer ? say('desk.officer', { name: officer.name }) : say('desk.shift.none')}
          </p>
          <Button data-testid="shift" onClick={() => onBeside('shift')}>
            {say(officer ? 'desk.shift.change' : 'desk.shift.open')}
          </Button>
          {waiting > 0 && (
            <p className="small soft number desk-waiting" role="status" data-testid="waiting">
              {say('desk.waiting', { count: waiting })}
            </p>
          )}
          <nav className="desk-acts" aria-label={say('desk.acts')}>
            {officerPages.map((page) => (
              <Button key={page} look="plain" data-testid={`open-${page}`} onClick={() => onBeside(page)}>
                {say(`desk.${page}`)}
              </Button>
            ))}
          </nav>
        </section>
      )}
      {facts?.counter.state === 'stopped' && (
        <Notice kind="bad" title={say('desk.stopped')} testId="stopped">
          <p>{say('desk.stopped.text')}</p>
        </Notice>
      )}
      {ended && (
        <Notice kind="check" title={say('desk.ended')} testId="ended">
          <p>{say('desk.ended.text')}</p>
        </Notice>
      )}
      {flagged > 0 && (
        <Notice kind="bad" title={say('desk.flagged', { count: flagged })} testId="flagged">
          <p>{say('desk.flagged.text')}</p>
          <Button onClick={() => desk.noted()}>{say('desk.flagged.noted')}</Button>
        </Notice>
      )}
    </>
  );
};
