import { Alert } from 'antd';
import { formatMoment } from '../../shared/format.ts';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { useDraft } from '../drafts.ts';
import { Facts } from '../facts.tsx';
import { reasonText, useOfficeFacts } from '../office.ts';
import { isTextKey } from '../texts.ts';
import type { Decision } from '../types.ts';
import { linkTo } from '../use-route.ts';
import { inWords, useText } from '../use-text.ts';
import { DecideForm } from './decide-form.tsx';
import type { DetailProps } from './work-drawer.tsx';
import { proposerOf, titleOf, type WorkItem } from './work-items.ts';

const told = new Set(
  'id verb verbName certificate type issuer unit reason applicant proposer own proposedBy proposedAt expiresAt state fields second firstBy decidedBy decidedAt'.split(
    ' ',
  ),
);

/** Members that only a newer kind of proposal has: shown by their names, so that nothing is approved unseen. */
const otherFacts = (decision: Decision) =>
  Object.entries(decision)
    .filter(([name, value]) => !told.has(name) && value !== null && value !== undefined)
    .map(
      ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
    );

export const DecisionDetail = ({
  item,
  onDone,
  onStale,
}: DetailProps & { item: Extract<WorkItem, { from: 'decision' }> }) => {
  const say = useText();
  const facts = useOfficeFacts();
  const { office, units, reasons, fields } = facts;
  const { decision } = item;
  const { id, own, certificate, issuer, reason, applicant, proposedAt, expiresAt } = decision;
  const [why, setWhy] = useDraft(`decision ${id}`);
  const what = titleOf(item, facts, say);
  const means = `means.${decision.verb}`;
  const isApprover = office.roles.includes('approver');

  return (
    <>
      <Facts
        of={[
          [say('decide.applicant'), applicant],
          [say('decide.proposer'), applicant ? undefined : proposerOf(decision, say)],
          [say('decide.reason'), reason && inWords(reasonText(reasons, reason))],
          [say('decide.unit'), inWords(units.get(issuer), issuer)],
          [say('work.since'), formatMoment(proposedAt)],
          [say('decide.ends'), formatMoment(expiresAt)],
          [
            say('decide.certificate'),
            certificate && (
              <a href={linkTo('certificates', { id: certificate })}>{say('decide.seeCertificate')}</a>
            ),
          ],
          [
            say('decide.fields'),
            decision.fields?.map((name) => inWords(fields.get(`${decision.type}.${name}`), name)).join(' · '),
          ],
          ...otherFacts(decision),
        ]}
      />
      {own ? (
        <Alert type="info" showIcon title={say('decide.own')} data-testid="own" />
      ) : !isApprover ? (
        <Alert type="info" showIcon title={say('decide.notApprover')} data-testid="not-approver" />
      ) : (
        <DecideForm
          means={[say(isTextKey(means) ? means : 'means.unknown'), decision.second && say('decide.first')]
            .filter(Boolean)
            .join(' ')}
          hasReason={why !== ''}
          reasonField={(problem) => (
            <Choice
              label={say('decide.sendBack.reason')}
              value={why}
              onChange={setWhy}
              placeholder={say('decide.choose')}
              options={Object.entries(reasons.send_back).map(([value, text]) => ({
                value,
                label: inWords(text),
              }))}
              problem={problem}
              testId="send-back-reason"
            />
          )}
          approve={async () => {
            await api.approve(id);
            onDone(say('decide.done.approved', { what }));
          }}
          sendBack={async () => {
            await api.sendBack(id, why);
            setWhy('');
            onDone(say('decide.done.sentBack', { what }));
          }}
          onFailed={onStale}
        />
      )}
    </>
  );
};
