/**
 * What a person sees while a run goes on, on standard error: a bar on a terminal, one plain line an epoch
 * everywhere. Standard output is left to data.
 */

import { visible } from "../errors.ts";
import { inFlags } from "./flags.ts";
import type { EpochReport, StepReport } from "./reports.ts";

export interface Progress {
  /** Redraws the bar; nothing off a terminal. */
  step(report: StepReport): void;
  /** One line. */
  epoch(report: EpochReport): void;
  /** One line of words: what begins, what was skipped. */
  note(words: string): void;
  /** Takes the bar away. */
  clear(): void;
}

/** Where progress goes. */
export interface Terminal {
  write(text: string): void;
  /** Characters a line; undefined where nothing can be redrawn (a file, a pipe, CI). */
  readonly columns: number | undefined;
  /** Milliseconds. */
  now(): number;
}

/** Progress that says nothing. */
export const silent: Progress = { step() {}, epoch() {}, note() {}, clear() {} };

const redrawEvery = 100;
const shortestBar = 10;
const longestBar = 30;
const clearLine = "\r\x1b[2K";

export function createProgress(terminal: Terminal): Progress {
  let drawn = false;
  let last = -Infinity;
  const clear = () => {
    if (drawn) terminal.write(clearLine);
    drawn = false;
  };
  const line = (text: string) => {
    clear();
    terminal.write(`${text}\n`);
  };
  return {
    step(report) {
      const now = terminal.now();
      if (now - last < redrawEvery && report.step < report.steps) return;
      last = now;
      const { columns } = terminal;
      if (columns === undefined) return;
      drawn = true;
      terminal.write(clearLine + barLine(report, columns));
    },
    epoch: (report) => line(epochLine(report)),
    // Words may quote the name of a folder, which is to be read and not obeyed.
    note: (words) => line(visible(inFlags(words))),
    clear,
  };
}

/**
 * `search 3/40 ━━━━━────── 120/391  loss 1.234  12:34 left  acc 56.1%  820 img/s  lr 0.0247`; on a narrow terminal
 * the last of these go, so that the bar stays.
 */
export function barLine(report: StepReport, columns: number): string {
  const head = `${report.stage} ${report.epoch + 1}/${report.epochs} `;
  const parts = [
    ` ${report.step}/${report.steps}`,
    report.loss === undefined ? "" : `loss ${report.loss.toFixed(3)}`,
    report.secondsLeft === undefined ? "" : `${duration(report.secondsLeft)} left`,
    report.accuracy === undefined ? "" : `acc ${percent(report.accuracy)}`,
    report.imagesPerSecond === undefined ? "" : `${report.imagesPerSecond.toFixed(0)} img/s`,
    report.learningRate === undefined ? "" : `lr ${short(report.learningRate)}`,
  ].filter((part) => part !== "");
  const room = () => columns - 1 - head.length - parts.join("  ").length;
  while (room() < shortestBar && parts.length > 1) parts.pop();
  const width = Math.max(0, Math.min(longestBar, room()));
  const filled = Math.round(width * Math.min(1, report.step / report.steps));
  return (head + "━".repeat(filled) + "─".repeat(width - filled) + parts.join("  ")).slice(0, columns - 1);
}

/** `search  3/40  loss 1.234  acc 56.1%  valid loss 1.301  valid acc 54.0%  lr 0.0247  epsilon 0.032  …` */
export function epochLine(report: EpochReport): string {
  const epochs = String(report.epochs);
  return [
    `${report.stage} ${String(report.epoch + 1).padStart(epochs.length)}/${epochs}`,
    `loss ${report.trainLoss.toFixed(3)}`,
    `acc ${percent(report.trainAccuracy)}`,
    report.validLoss === undefined ? "" : `valid loss ${report.validLoss.toFixed(3)}`,
    report.validAccuracy === undefined ? "" : `valid acc ${percent(report.validAccuracy)}`,
    `lr ${short(report.learningRate)}`,
    ...Object.entries(report.numbers ?? {}).map(([name, value]) =>
      `${name.replaceAll("_", " ")} ${short(value)}`
    ),
    report.skipCount === undefined ? "" : `skips ${report.skipCount}`,
    report.alphaEntropy === undefined ? "" : `entropy ${report.alphaEntropy.toFixed(3)}`,
    report.benchmark === undefined
      ? ""
      : `benchmark ${report.benchmark.accuracy.toFixed(2)}% rank ${report.benchmark.rank}`,
    `${report.imagesPerSecond.toFixed(0)} img/s`,
    `${duration(report.secondsLeft)} left`,
  ].filter((part) => part !== "").join("  ");
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(1)}%`;

/** Three significant digits, without trailing zeros. */
const short = (value: number) => String(Number(value.toPrecision(3)));

/** `0:07`, `12:34`, `3:05:00`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
