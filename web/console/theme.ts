/** antd in the colours and sizes of web/shared/tokens.css; dark is derived from the same. */
import { type ThemeConfig, theme } from 'antd';
import { useSyncExternalStore } from 'react';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const onDark = (listener: () => void) => {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
};

const isSandbox = document.documentElement.dataset.sandbox !== undefined;

const token: ThemeConfig['token'] = {
  colorPrimary: isSandbox ? '#7a3e9d' : '#0b57d0',
  colorInfo: isSandbox ? '#7a3e9d' : '#0b57d0',
  // Darker under the pointer: lighter would be too pale for the words on it.
  colorPrimaryHover: isSandbox ? '#692f8a' : '#0a4ab0',
  colorSuccess: '#0a7d38',
  colorWarning: '#b26a00',
  colorError: '#b3261e',
  borderRadius: 8,
  borderRadiusLG: 12,
  controlHeight: 44,
  fontSize: 16,
  fontFamily: 'var(--font)',
  motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
};

const light: ThemeConfig = {
  token: {
    ...token,
    colorSuccessBg: '#e9f5ee',
    colorSuccessBorder: '#a9d3b8',
    colorWarningBg: '#fdf4e3',
    colorWarningBorder: '#e8c88a',
    colorErrorBg: '#fdeeec',
    colorErrorBorder: '#e9b4af',
    colorTextBase: '#1a1f2b',
    colorTextDescription: '#515a6b',
    colorTextPlaceholder: '#5f687a',
  },
};
const night: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...token,
    colorBgBase: '#171b24',
    colorTextBase: '#e8ebf2',
    colorTextDescription: '#a9b2c3',
    colorTextPlaceholder: '#a9b2c3',
  },
};

export const useTheme = (): ThemeConfig => (useSyncExternalStore(onDark, () => dark.matches) ? night : light);
