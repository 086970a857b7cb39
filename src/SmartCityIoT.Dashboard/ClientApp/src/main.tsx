import { render } from 'preact';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/top-bar.css';
import './styles/controls.css';
import './styles/list.css';
import './styles/detail.css';
import './styles/alerts.css';
import './styles/platform.css';
import './styles/map.css';
import { startSession } from './live/session';
import { App } from './shell/App';

const root = document.getElementById('app');
if (root) {
  render(<App />, root);
  startSession();
}
