import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import { useEffect, useState } from 'react';
import { formatValue } from '../../shared/format.ts';
import { api } from '../api.ts';
import { Choice } from '../choice.tsx';
import { Facts } from '../facts.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { CertificateDetail, OpenedField } from '../types.ts';
import { inWords, useText } from '../use-text.ts';

const openSeconds = 60;

/** Masked; opened for a purpose, for a minute, and the holder reads of it. */
export const FieldsSection = ({ detail, onOpened }: { detail: CertificateDetail; onOpened(): void }) => {
  const say = useText();
  const { reasons } = useOfficeFacts();
  const [asking, setAsking] = useState(false);
  const [purpose, setPurpose] = useState('');
  const [needed, setNeeded] = useState(false);
  const [opened, setOpened] = useState<OpenedField[]>();
  const [left, setLeft] = useState(0);
  const [error, setError] = useState<unknown>();
  const isOpen = opened !== undefined;

  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000);
    return () => clearInterval(timer);
  }, [isOpen]);
  useEffect(() => {
    if (isOpen && left <= 0) setOpened(undefined);
  }, [isOpen, left]);

  const open = async () => {
    setNeeded(purpose === '');
    if (purpose === '') return;
    setError(undefined);
    try {
      const { fields } = await api.open(detail.id, purpose);
      setLeft(openSeconds);
      setOpened(fields);
      setAsking(false);
      onOpened();
    } catch (failure) {
      setError(failure);
    }
  };

  return (
    <section data-testid="fields" data-open={isOpen}>
      <h3>{say('detail.content')}</h3>
      <div className="fields-line">
        {isOpen ? (
          <>
            <span className="number" role="status">
              {say('detail.opened', { seconds: left })}
            </span>
            <Button icon={<EyeInvisibleOutlined />} onClick={() => setOpened(undefined)} data-testid="cover">
              {say('detail.cover')}
            </Button>
          </>
        ) : (
          !asking && (
            <Button icon={<EyeOutlined />} onClick={() => setAsking(true)} data-testid="open-fields">
              {say('detail.open')}
            </Button>
          )
        )}
      </div>
      {asking && (
        <div className="act">
          <p>{say('detail.open.text')}</p>
          <Choice
            label={say('holder.purpose')}
            value={purpose}
            onChange={setPurpose}
            placeholder={say('holder.choose')}
            options={Object.entries(reasons.purpose).map(([value, text]) => ({
              value,
              label: inWords(text),
            }))}
            problem={needed && purpose === '' ? say('detail.needed') : undefined}
            testId="open-purpose"
          />
          <Space wrap>
            <Button type="primary" onClick={open} data-testid="open-do">
              {say('detail.open.do')}
            </Button>
            <Button onClick={() => setAsking(false)}>{say('app.cancel')}</Button>
          </Space>
        </div>
      )}
      {error !== undefined && <Problem error={error} />}
      <Facts
        of={
          opened
            ? opened.map(({ label, kind, value }) => [
                inWords(label),
                kind === 'photo' ? (
                  <img
                    key="photo"
                    className="photo"
                    alt={say('detail.photo')}
                    src={`data:image/jpeg;base64,${value}`}
                  />
                ) : (
                  formatValue(value)
                ),
              ])
            : detail.fields.map(({ label, masked }) => [inWords(label), formatValue(masked)])
        }
      />
    </section>
  );
};
