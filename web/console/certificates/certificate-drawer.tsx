import { Alert, Button, Drawer, Skeleton, Space } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { formatMoment, formatRegisterDay } from '../../shared/format.ts';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { Facts } from '../facts.tsx';
import { reasonText, useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { Act, CertificateDetail, Delivery } from '../types.ts';
import { useRefresh } from '../use-refresh.ts';
import { linkTo } from '../use-route.ts';
import { inWords, useText } from '../use-text.ts';
import { verbText } from '../work/work-items.ts';
import { ActForm, isFinal } from './act-form.tsx';
import { FieldsSection } from './fields-section.tsx';
import { CopiesSection, LifeSection } from './life-section.tsx';
import { StateTag } from './state-tag.tsx';

interface Props {
  id: string | undefined;
  onClose(): void;
  onChanged(): void;
}

/** The acts of every day are buttons, the rest one choice. */
const everyday = ['suspend', 'resume', 'revoke', 'card_lost'];

const ActButtons = ({ acts, onChoose }: { acts: Act[]; onChoose(verb: string): void }) => {
  const say = useText();
  const others = acts.filter(({ verb }) => !everyday.includes(verb));
  return (
    <div className="acts">
      <Space wrap>
        {acts
          .filter(({ verb }) => everyday.includes(verb))
          .map(({ verb }) => (
            <Button
              key={verb}
              onClick={() => onChoose(verb)}
              danger={isFinal(verb)}
              data-testid={`act-${verb}`}
            >
              {verbText({ verb }, say)}
            </Button>
          ))}
      </Space>
      {others.length > 0 && (
        <Choice
          label={say('act.more')}
          value=""
          onChange={onChoose}
          placeholder={say('act.moreChoose')}
          options={others.map(({ verb }) => ({ value: verb, label: verbText({ verb }, say) }))}
          testId="other-acts"
        />
      )}
    </div>
  );
};

const Detail = ({ id, onChanged }: { id: string; onChanged(): void }) => {
  const say = useText();
  const { reasons, units } = useOfficeFacts();
  const [detail, setDetail] = useState<CertificateDetail>();
  const [deliveries, setDeliveries] = useState<Delivery[]>([]);
  const [error, setError] = useState<unknown>();
  const [verb, setVerb] = useState<string>();
  const [done, setDone] = useState<{ title: string; text: string }>();
  const read = useCallback(async () => {
    try {
      const [certificate, delivered] = await Promise.all([api.certificate(id), api.deliveries(id)]);
      setDetail(certificate);
      setDeliveries(delivered.deliveries);
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  }, [id]);
  useEffect(() => void read(), [read]);
  useRefresh(() => void read());

  const problem = error !== undefined && <Problem error={error} onRetry={read} />;
  if (!detail) return problem || <Skeleton active />;
  const act = detail.acts.find((one) => one.verb === verb);
  const { typeName, state, stateName, stateReason, issuer, holders, identifier, validFrom, validUntil } =
    detail;
  return (
    <article className="detail" data-testid="detail">
      {problem}
      <h2>{inWords(typeName)}</h2>
      <StateTag state={state} name={stateName} />
      <Facts
        of={[
          [say('decide.reason'), stateReason && inWords(reasonText(reasons, stateReason))],
          [say('detail.holder'), holders.map(({ name, number }) => `${name} ${number}`).join('、')],
          [
            say('detail.identifier'),
            <span className="identifier" key="id">
              {identifier}
            </span>,
          ],
          [say('cert.issuer'), inWords(units.get(issuer), issuer)],
          [say('cert.from'), formatRegisterDay(validFrom)],
          [
            say('cert.until'),
            validUntil === undefined ? say('cert.longTerm') : formatRegisterDay(validUntil - 1),
          ],
        ]}
      />
      {done && (
        <Alert type="success" showIcon title={done.title} description={done.text} data-testid="act-done" />
      )}
      {detail.waiting.map((one) => (
        <Alert
          key={one.id}
          type="info"
          showIcon
          title={
            <a href={linkTo('work', { item: one.id })}>
              {say('detail.waiting', { verb: verbText(one, say), time: formatMoment(one.proposedAt) })}
            </a>
          }
          data-testid="waiting"
        />
      ))}
      <section>
        <h3>{say('detail.acts')}</h3>
        {act ? (
          <ActForm
            key={act.verb}
            certificate={id}
            act={act}
            onCancel={() => setVerb(undefined)}
            onDone={(outcome) => {
              setVerb(undefined);
              setDone(outcome);
              void read();
              onChanged();
            }}
          />
        ) : detail.acts.length > 0 ? (
          <ActButtons acts={detail.acts} onChoose={setVerb} />
        ) : (
          <p className="soft">{say('detail.acts.none')}</p>
        )}
      </section>
      <FieldsSection detail={detail} onOpened={read} />
      <LifeSection life={detail.life} />
      <CopiesSection copies={detail.copies} deliveries={deliveries} />
    </article>
  );
};

export const CertificateDrawer = ({ id, onClose, onChanged }: Props) => {
  const say = useText();
  return (
    <Drawer
      open={id !== undefined && id !== ''}
      onClose={onClose}
      title={say('nav.certificates')}
      closable={{ 'aria-label': say('app.close') }}
      size={640}
      destroyOnHidden
      data-testid="certificate-drawer"
    >
      {id && <Detail key={id} id={id} onChanged={onChanged} />}
    </Drawer>
  );
};
