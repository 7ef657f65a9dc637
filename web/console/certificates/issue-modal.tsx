import { Alert, Button, Modal, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { drawLink } from '../../shared/draw-code.ts';
import { formatTime } from '../../shared/format.ts';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { Offer } from '../types.ts';
import { inWords, useText } from '../use-text.ts';
import { DocumentFields, isComplete } from './document-fields.tsx';

const nobody = { kind: '111', number: '' };

const OfferCode = ({ offer }: { offer: Offer }) => {
  const say = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) drawLink(canvas.current, offer.link, Math.min(280, window.innerWidth - 96));
  }, [offer]);
  return (
    <div className="offer" data-testid="offer">
      <p>
        <strong>{say('issue.done')}</strong>
      </p>
      <canvas ref={canvas} role="img" aria-label={say('issue.qr')} />
      {offer.tx_code && (
        <>
          <p>
            {say('issue.code')} <strong className="code">{offer.tx_code}</strong>
          </p>
          <Alert type="warning" showIcon title={say('issue.code.text')} />
        </>
      )}
      <p className="soft number">{say('issue.until', { time: formatTime(offer.expires_at) })}</p>
    </div>
  );
};

/** What the register says of this person, offered to her wallet: a code to scan and one to type. */
export const IssueModal = ({
  open,
  onClose,
  onIssued,
}: {
  open: boolean;
  onClose(): void;
  onIssued(): void;
}) => {
  const say = useText();
  const { types } = useOfficeFacts();
  const [document, setDocument] = useState(nobody);
  const [type, setType] = useState('');
  const [needed, setNeeded] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [offer, setOffer] = useState<Offer>();

  const startAnew = () => {
    setDocument(nobody);
    setType('');
    setNeeded(false);
    setError(undefined);
    setOffer(undefined);
  };
  const close = () => {
    startAnew();
    onClose();
  };
  const submit = async () => {
    const ready = isComplete(document) && type !== '';
    setNeeded(!ready);
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    try {
      setOffer(await api.offer({ document, type }));
      setDocument(nobody);
      onIssued();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open={open}
      onCancel={close}
      title={say('issue.title')}
      destroyOnHidden
      footer={
        <Space wrap>
          <Button onClick={close}>{say('app.close')}</Button>
          {offer ? (
            <Button type="primary" onClick={startAnew}>
              {say('issue.again')}
            </Button>
          ) : (
            <Button type="primary" loading={busy} onClick={submit} data-testid="issue-do">
              {say('issue.do')}
            </Button>
          )}
        </Space>
      }
    >
      {offer ? (
        <OfferCode offer={offer} />
      ) : (
        <>
          <p>{say('issue.text')}</p>
          {error !== undefined && <Problem error={error} />}
          <DocumentFields
            value={document}
            onChange={setDocument}
            problem={needed ? say('issue.missing') : undefined}
          />
          <Choice
            label={say('cert.type')}
            value={type}
            onChange={setType}
            placeholder={say('issue.choose')}
            options={[...types].map(([value, name]) => ({ value, label: inWords(name) }))}
            testId="issue-type"
          />
        </>
      )}
    </Modal>
  );
};
