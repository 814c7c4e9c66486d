/** One fault of a configuration file: where (`portal.base_url`) and what. */
export interface ConfigFault {
  readonly key: string;
  readonly text: string;
}
