import { Button, Modal, Space } from 'antd';
import { useState } from 'react';
import type { CertificateQuestion } from '../api.ts';
import { Choice } from '../choice.tsx';
import { useOfficeFacts } from '../office.ts';
import { inWords, useText } from '../use-text.ts';
import { DocumentFields, isComplete } from './document-fields.tsx';

interface Props {
  open: boolean;
  onClose(): void;
  onFound(question: CertificateQuestion): void;
}

/** By the document of the person before her: a purpose is named, and the person can read it. */
export const HolderSearch = ({ open, onClose, onFound }: Props) => {
  const say = useText();
  const { reasons } = useOfficeFacts();
  const [document, setDocument] = useState({ kind: '111', number: '' });
  const [purpose, setPurpose] = useState('');
  const [needed, setNeeded] = useState(false);
  const close = () => {
    setDocument({ kind: '111', number: '' });
    setNeeded(false);
    onClose();
  };
  const submit = () => {
    const ready = isComplete(document) && purpose !== '';
    setNeeded(!ready);
    if (!ready) return;
    onFound({ document, purpose });
    close();
  };
  return (
    <Modal
      open={open}
      onCancel={close}
      title={say('holder.title')}
      footer={
        <Space wrap>
          <Button onClick={close}>{say('app.cancel')}</Button>
          <Button type="primary" onClick={submit} data-testid="holder-find">
            {say('cert.find')}
          </Button>
        </Space>
      }
      destroyOnHidden
    >
      <p>{say('holder.text')}</p>
      <DocumentFields
        value={document}
        onChange={setDocument}
        problem={needed ? say('holder.missing') : undefined}
      />
      <Choice
        label={say('holder.purpose')}
        value={purpose}
        onChange={setPurpose}
        placeholder={say('holder.choose')}
        options={Object.entries(reasons.purpose).map(([value, text]) => ({ value, label: inWords(text) }))}
        testId="purpose"
      />
    </Modal>
  );
};
