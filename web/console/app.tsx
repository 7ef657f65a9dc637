import { IconProvider } from '@ant-design/icons';
import { ConfigProvider, Spin } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../shared/i18n.ts';
import { ProblemError } from '../shared/request.ts';
import { api } from './api.ts';
import { Frame, openPages } from './frame.tsx';
import { Gate } from './gate.tsx';
import { OfficeContext, type OfficeFacts, readVocabulary } from './office.ts';
import { Problem } from './problem.tsx';
import { keepSession, useSessionState } from './session.ts';
import { useTheme } from './theme.ts';
import { useRoute } from './use-route.ts';
import { useText } from './use-text.ts';

const WorkPage = lazy(() => import('./work/work-page.tsx'));
const CountersPage = lazy(() => import('./counters/counters-page.tsx'));
const CertificatesPage = lazy(() => import('./certificates/certificates-page.tsx'));

const Waiting = () => (
  <main className="gate">
    <Spin size="large" />
    <p className="soft">{useText()('app.loading')}</p>
  </main>
);

/** Who acts and the words of her work, or why she cannot. */
const useOffice = (isIn: boolean) => {
  const [facts, setFacts] = useState<OfficeFacts>();
  const [none, setNone] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    if (!isIn) return;
    setProblem(undefined);
    const ask = async () => {
      const { capacity } = await api.me();
      setFacts({ office: capacity, ...(await readVocabulary()) });
      setNone(false);
    };
    ask().catch((error) => {
      if (error instanceof ProblemError && error.status === 403) setNone(true);
      else setProblem(error);
    });
  }, [isIn, attempt]);
  return { facts, none, problem, again: () => setAttempt((count) => count + 1) };
};

const Content = () => {
  const state = useSessionState();
  const { facts, none, problem, again } = useOffice(state === 'in');
  const { page: named } = useRoute();
  if (state === 'starting') return <Waiting />;
  if (state !== 'in') return <Gate why={state} />;
  if (none) return <Gate why="no_office" />;
  if (problem)
    return (
      <main className="gate">
        <Problem error={problem} onRetry={again} />
      </main>
    );
  if (!facts) return <Waiting />;
  const open = openPages(facts.office.roles);
  const page = open.some(({ id }) => id === named) ? named : (open[0]?.id ?? named);
  return (
    <OfficeContext value={{ ...facts, recheck: again }}>
      <Frame page={page}>
        <Suspense fallback={<Waiting />}>
          {page === 'certificates' ? (
            <CertificatesPage />
          ) : page === 'counters' ? (
            <CountersPage />
          ) : (
            <WorkPage />
          )}
        </Suspense>
      </Frame>
    </OfficeContext>
  );
};

export const App = () => {
  const { i18n, t } = useTranslation();
  const theme = useTheme();
  useEffect(keepSession, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title follows the language
  useEffect(() => {
    document.title = `${t('app.name')} · OneCert`;
  }, [i18n.language]);
  return (
    <ConfigProvider
      locale={currentLanguage() === 'zh' ? zhCN : enGB}
      theme={theme}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      {/* antd has the icons' rules among its own; the icons would write them as a <style>. */}
      <IconProvider value={{ prefixCls: 'anticon', zeroRuntime: true }}>
        <Content />
      </IconProvider>
    </ConfigProvider>
  );
};
