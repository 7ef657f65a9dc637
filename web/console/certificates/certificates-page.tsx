import { PlusOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Empty, Input, Skeleton, Space } from 'antd';
import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react';
import { formatRegisterDay } from '../../shared/format.ts';
import { ProblemError } from '../../shared/request.ts';
import { api, type CertificatePage, type CertificateQuestion } from '../api.ts';
import { Choice } from '../choice.tsx';
import { type Column, Listing } from '../listing.tsx';
import { useOfficeFacts } from '../office.ts';
import { Problem } from '../problem.tsx';
import type { CertificateLine } from '../types.ts';
import { change, useRoute } from '../use-route.ts';
import { inWords, useText } from '../use-text.ts';
import { CertificateDrawer } from './certificate-drawer.tsx';
import { HolderSearch } from './holder-search.tsx';
import { IssueModal } from './issue-modal.tsx';
import { StateTag } from './state-tag.tsx';

const states = ['01', '02', '03', '04', '05', '06', '07', '99'] as const;

/** A page of the list by the filters of the link, or what a search found: a search is never in the link. */
const useCertificates = (question: CertificateQuestion | undefined) => {
  const { recheck } = useOfficeFacts();
  const { query } = useRoute();
  const { type = '', state = '', after = '' } = query;
  const [page, setPage] = useState<CertificatePage>();
  const [error, setError] = useState<unknown>();
  const turn = useRef(0);
  const read = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const found = question
        ? await api.findCertificates(question)
        : await api.certificates({ type, state, after });
      if (mine !== turn.current) return;
      setPage(found);
      setError(undefined);
    } catch (failure) {
      if (mine !== turn.current) return;
      if (failure instanceof ProblemError && failure.status === 403) recheck();
      setError(failure);
    }
  }, [question, type, state, after, recheck]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: recheck is another function each time and asks nothing new
  useEffect(() => {
    setPage(undefined);
    void read();
  }, [question, type, state, after]);
  return { page, error, read };
};

const CertificatesPage = () => {
  const say = useText();
  const { types, units, office } = useOfficeFacts();
  const { query } = useRoute();
  const [number, setNumber] = useState('');
  const [question, setQuestion] = useState<CertificateQuestion>();
  const [dialog, setDialog] = useState<'holder' | 'issue'>();
  const numberId = useId();
  const { page, error, read } = useCertificates(question);
  const turned = Number(query.page ?? 1);

  const find = (event: FormEvent) => {
    event.preventDefault();
    if (number.trim().length >= 5) setQuestion({ number: number.trim() });
  };
  const clear = () => {
    setNumber('');
    setQuestion(undefined);
  };
  const filter = (over: Record<string, string>) => {
    clear();
    change({ ...over, after: '', page: '' });
  };

  const columns: Column<CertificateLine>[] = [
    {
      title: say('cert.type'),
      cell: ({ id, type, identifier }) => (
        <>
          <button type="button" className="link" onClick={() => change({ id })}>
            {inWords(types.get(type), type)}
          </button>
          <span className="identifier">{identifier}</span>
        </>
      ),
    },
    {
      title: say('cert.state'),
      cell: ({ state, stateName }) => <StateTag state={state} name={stateName} />,
      short: true,
    },
    { title: say('cert.issuer'), cell: ({ issuer }) => inWords(units.get(issuer), issuer) },
    {
      title: say('cert.from'),
      cell: ({ validFrom }) => <time className="number">{formatRegisterDay(validFrom)}</time>,
      short: true,
    },
    {
      title: say('cert.until'),
      cell: ({ validUntil }) => (
        <time className="number">
          {validUntil === undefined ? say('cert.longTerm') : formatRegisterDay(validUntil - 1)}
        </time>
      ),
      short: true,
    },
  ];

  return (
    <section data-testid="certificates-page">
      <div className="head">
        <h1>{say('cert.title')}</h1>
        <p className="soft">{say('cert.lead')}</p>
        {office.roles.includes('issuer_clerk') && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setDialog('issue')}
            data-testid="issue"
          >
            {say('cert.issue')}
          </Button>
        )}
      </div>
      <search className="filters">
        <form onSubmit={find} className="field find">
          <label htmlFor={numberId}>{say('cert.number')}</label>
          <Space.Compact block>
            <Input
              id={numberId}
              value={number}
              onChange={({ target }) => setNumber(target.value)}
              placeholder={say('cert.number.hint')}
              autoComplete="off"
              maxLength={120}
              data-testid="number"
            />
            <Button htmlType="submit" icon={<SearchOutlined />} data-testid="find">
              {say('cert.find')}
            </Button>
          </Space.Compact>
        </form>
        <Choice
          label={say('cert.type')}
          value={query.type ?? ''}
          onChange={(type) => filter({ type: type === 'any' ? '' : type })}
          placeholder={say('cert.any')}
          options={[
            { value: 'any', label: say('cert.any') },
            ...[...types].map(([value, name]) => ({ value, label: inWords(name) })),
          ]}
          testId="type"
        />
        <Choice
          label={say('cert.state')}
          value={query.state ?? ''}
          onChange={(state) => filter({ state: state === 'any' ? '' : state })}
          placeholder={say('cert.any')}
          options={[
            { value: 'any', label: say('cert.any') },
            ...states.map((value) => ({ value, label: say(`cert.state.${value}`) })),
          ]}
          testId="state-filter"
        />
        <Button icon={<UserOutlined />} onClick={() => setDialog('holder')} data-testid="by-holder">
          {say('cert.byHolder')}
        </Button>
      </search>
      {error !== undefined && <Problem error={error} onRetry={read} />}
      {question && page && (
        <p className="found" data-testid="found">
          {say('cert.found', { count: page.certificates.length })}{' '}
          <Button onClick={clear}>{say('cert.clear')}</Button>
        </p>
      )}
      {page === undefined ? (
        error === undefined && <Skeleton active title={false} paragraph={{ rows: 6 }} />
      ) : page.certificates.length > 0 ? (
        <Listing name={say('cert.title')} columns={columns} rows={page.certificates} keyOf={({ id }) => id} />
      ) : (
        <div className="empty" data-testid="empty">
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={say('cert.empty')}>
            <p className="soft">{say('cert.empty.text')}</p>
          </Empty>
        </div>
      )}
      {!question && page && (page.next || turned > 1) && (
        <nav className="pager">
          <span className="soft number">
            {say('cert.page', { page: turned, count: page.certificates.length })}
          </span>
          <Space>
            <Button disabled={turned === 1} onClick={() => change({ after: '', page: '' })}>
              {say('cert.first')}
            </Button>
            <Button
              disabled={!page.next}
              onClick={() => change({ after: page.next, page: String(turned + 1) })}
              data-testid="next"
            >
              {say('cert.next')}
            </Button>
          </Space>
        </nav>
      )}
      <HolderSearch
        open={dialog === 'holder'}
        onClose={() => setDialog(undefined)}
        onFound={(asked) => {
          setNumber('');
          setDialog(undefined);
          setQuestion(asked);
        }}
      />
      <IssueModal open={dialog === 'issue'} onClose={() => setDialog(undefined)} onIssued={read} />
      <CertificateDrawer id={query.id} onClose={() => change({ id: '' })} onChanged={read} />
    </section>
  );
};

export default CertificatesPage;
