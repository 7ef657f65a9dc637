import { Alert, Button, Drawer, Skeleton, Space } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { formatRegisterDay } from '../../shared/format.ts';
import { api } from '../api.ts';
import { Facts } from '../facts.tsx';
import { reasonText, useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { TextKey } from '../texts.ts';
import type { CertificateDetail, Delivery } from '../types.ts';
import { inWords, useText } from '../use-text.ts';
import { ActForm } from './act-form.tsx';
import { FieldsSection } from './fields-section.tsx';
import { CopiesSection, LifeSection } from './life-section.tsx';
import { StateTag } from './state-tag.tsx';

interface Props {
  id: string | undefined;
  onClose(): void;
  onChanged(): void;
}

export const actName = (verb: string): TextKey => `act.${verb}` as TextKey;

const Detail = ({ id, onChanged }: { id: string; onChanged(): void }) => {
  const say = useText();
  const { reasons, units } = useOfficeFacts();
  const [detail, setDetail] = useState<CertificateDetail>();
  const [deliveries, setDeliveries] = useState<Delivery[]>([]);
  const [error, setError] = useState<unknown>();
  const [act, setAct] = useState<string>();
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

  if (error !== undefined) return <Problem error={error} onRetry={read} />;
  if (!detail) return <Skeleton active />;
  const { typeName, state, stateName, stateReason, issuer, holder, identifier, validFrom, validUntil } =
    detail;
  return (
    <article className="detail" data-testid="detail">
      <h2>{inWords(typeName)}</h2>
      <StateTag state={state} name={stateName} />
      <Facts
        of={[
          [say('decide.reason'), stateReason && inWords(reasonText(reasons, stateReason))],
          [say('detail.holder'), holder && `${holder.name} ${holder.number}`],
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
      <section>
        <h3>{say('detail.acts')}</h3>
        {act ? (
          <ActForm
            key={act}
            certificate={id}
            verb={act}
            onCancel={() => setAct(undefined)}
            onDone={(outcome) => {
              setAct(undefined);
              setDone(outcome);
              void read();
              onChanged();
            }}
          />
        ) : detail.acts.length > 0 ? (
          <Space wrap>
            {detail.acts.map((verb) => (
              <Button
                key={verb}
                onClick={() => setAct(verb)}
                danger={verb === 'revoke'}
                data-testid={`act-${verb}`}
              >
                {say(actName(verb))}
              </Button>
            ))}
          </Space>
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
