import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { local } from '../../shared/i18n.ts';
import { Notice } from '../../shared/notice.tsx';
import type { DeskState } from './desk.ts';
import { DeskPage } from './desk-page.tsx';
import { isOfficerKey } from './officer-texts.ts';
import { ShiftPage } from './shift-page.tsx';
import type { Asking, Trouble } from './use-asking.ts';
import { desk } from './use-desk.ts';
import { useOfficerText } from './use-officer-text.ts';

interface Props {
  title: string;
  lead: string;
  state: DeskState;
  asking: Asking;
  onBack(): void;
  children: ReactNode;
}

/** What takes an officer on shift and a network: without either it says so and leads to what goes on without. */
export const OfficerPage = ({ title, lead, state, asking, onBack, children }: Props) => {
  const say = useOfficerText();
  const [reached, setReached] = useState<boolean>();
  const reach = useCallback(() => {
    setReached(undefined);
    void desk.sync().then(setReached);
  }, []);
  useEffect(reach, [reach]);
  // The server ended this counter: what it says of that stands on the scan page.
  useEffect(() => {
    if (!state.facts) onBack();
  }, [state.facts, onBack]);
  if (!state.facts) return null;
  if (reached && (!state.shift || asking.trouble === 'pin'))
    return <ShiftPage state={state} why={say('officer.pin')} onDone={asking.clear} onBack={onBack} />;
  return (
    <DeskPage title={title} onBack={onBack}>
      {reached === undefined && (
        <p className="small soft" role="status">
          {say('officer.asking')}
        </p>
      )}
      {reached === false && <Offline onBack={onBack} onAgain={reach} />}
      {reached && (
        <>
          <p className="soft">{lead}</p>
          {children}
        </>
      )}
    </DeskPage>
  );
};

const Offline = ({ onBack, onAgain }: { onBack(): void; onAgain(): void }) => {
  const say = useOfficerText();
  return (
    <>
      <Notice kind="offline" title={say('officer.offline')} testId="officer-offline">
        <p>{say('officer.offline.text')}</p>
      </Notice>
      <Button look="main" data-testid="back-to-scan" onClick={onBack}>
        {say('officer.offline.back')}
      </Button>
      <Button icon="refresh" data-testid="reach-again" onClick={onAgain}>
        {say('officer.offline.again')}
      </Button>
    </>
  );
};

/** Why nothing came, and what to do next; `own` words go before those that all pages share. */
export const TroubleNotice = ({
  trouble,
  own,
  onBack,
}: {
  trouble: Trouble | undefined;
  own?: string;
  onBack(): void;
}) => {
  const say = useOfficerText();
  if (!trouble || trouble === 'pin') return null;
  if (trouble === 'unreachable')
    return (
      <Notice kind="offline" title={say('officer.offline')} testId="officer-offline">
        <p>{say('officer.offline.text')}</p>
        <Button data-testid="back-to-scan" onClick={onBack}>
          {say('officer.offline.back')}
        </Button>
      </Notice>
    );
  const { code, sentence } = trouble;
  const key = [`${own}.refused.${code}`, `refused.${code}`].find(isOfficerKey);
  const next = [`${key}.next`, 'refused.other.next'].find(isOfficerKey)!;
  return (
    <Notice kind="bad" title={key ? say(key) : sentence ? local(sentence) : code} testId={`refused-${code}`}>
      <p>{say(next)}</p>
      <p className="code small soft">{code}</p>
    </Notice>
  );
};
