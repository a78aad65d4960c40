// Written by scripts/east-asian-tables.mjs from Python's encodings: edit that.

export interface EastAsianTable {
  readonly name: string;
  readonly aliases: string;
  /** The host's decoder that comes nearest. */
  readonly label: string;
  /** Bytes that begin a character of several. */
  readonly leads: string;
  /** Which sequences are characters, in hexadecimal, as ranges. */
  readonly valid: string;
  /** Which of them the host may take for others: from a sequence on, these characters. */
  readonly fixes: string;
  /** Characters that are written otherwise than they are read, or not at all. */
  readonly written: string;
}

export const eastAsianTables: readonly EastAsianTable[] = [
  {
    name: 'shift_jis',
    aliases: 'csshiftjis s_jis shiftjis sjis x_mac_japanese',
    label: 'shift_jis',
    leads: '81-9f e0-ea',
    valid:
      'a1-df 8140-817e 8180-81ac 81b8-81bf 81c8-81ce 81da-81e8 81f0-81f7 81fc 824f-8258 8260-8279 8281-829a 829f-82f1 8340-837e 8380-8396 839f-83b6 83bf-83d6 8440-8460 8470-847e 8480-8491 849f-84be 889f-88fc 8940-897e 8980-89fc 8a40-8a7e 8a80-8afc 8b40-8b7e 8b80-8bfc 8c40-8c7e 8c80-8cfc 8d40-8d7e 8d80-8dfc 8e40-8e7e 8e80-8efc 8f40-8f7e 8f80-8ffc 9040-907e 9080-90fc 9140-917e 9180-91fc 9240-927e 9280-92fc 9340-937e 9380-93fc 9440-947e 9480-94fc 9540-957e 9580-95fc 9640-967e 9680-96fc 9740-977e 9780-97fc 9840-9872 989f-98fc 9940-997e 9980-99fc 9a40-9a7e 9a80-9afc 9b40-9b7e 9b80-9bfc 9c40-9c7e 9c80-9cfc 9d40-9d7e 9d80-9dfc 9e40-9e7e 9e80-9efc 9f40-9f7e 9f80-9ffc e040-e07e e080-e0fc e140-e17e e180-e1fc e240-e27e e280-e2fc e340-e37e e380-e3fc e440-e47e e480-e4fc e540-e57e e580-e5fc e640-e67e e680-e6fc e740-e77e e780-e7fc e840-e87e e880-e8fc e940-e97e e980-e9fc ea40-ea7e ea80-eaa4',
    fixes: '8160=〜‖ 817c=− 8191=¢£ 81ca=¬',
    written: 'a5=5c 203e=7e',
  },
  {
    name: 'cp932',
    aliases: '932 ms932 ms_kanji mskanji windows_31j',
    label: 'shift_jis',
    leads: '81-9f e0-fc',
    valid:
      '80 a0-df fd-ff 8140-817e 8180-81ac 81b8-81bf 81c8-81ce 81da-81e8 81f0-81f7 81fc 824f-8258 8260-8279 8281-829a 829f-82f1 8340-837e 8380-8396 839f-83b6 83bf-83d6 8440-8460 8470-847e 8480-8491 849f-84be 8740-875d 875f-8775 877e 8780-879c 889f-88fc 8940-897e 8980-89fc 8a40-8a7e 8a80-8afc 8b40-8b7e 8b80-8bfc 8c40-8c7e 8c80-8cfc 8d40-8d7e 8d80-8dfc 8e40-8e7e 8e80-8efc 8f40-8f7e 8f80-8ffc 9040-907e 9080-90fc 9140-917e 9180-91fc 9240-927e 9280-92fc 9340-937e 9380-93fc 9440-947e 9480-94fc 9540-957e 9580-95fc 9640-967e 9680-96fc 9740-977e 9780-97fc 9840-9872 989f-98fc 9940-997e 9980-99fc 9a40-9a7e 9a80-9afc 9b40-9b7e 9b80-9bfc 9c40-9c7e 9c80-9cfc 9d40-9d7e 9d80-9dfc 9e40-9e7e 9e80-9efc 9f40-9f7e 9f80-9ffc e040-e07e e080-e0fc e140-e17e e180-e1fc e240-e27e e280-e2fc e340-e37e e380-e3fc e440-e47e e480-e4fc e540-e57e e580-e5fc e640-e67e e680-e6fc e740-e77e e780-e7fc e840-e87e e880-e8fc e940-e97e e980-e9fc ea40-ea7e ea80-eaa4 ed40-ed7e ed80-edfc ee40-ee7e ee80-eeec eeef-eefc f040-f07e f080-f0fc f140-f17e f180-f1fc f240-f27e f280-f2fc f340-f37e f380-f3fc f440-f47e f480-f4fc f540-f57e f580-f5fc f640-f67e f680-f6fc f740-f77e f780-f7fc f840-f87e f880-f8fc f940-f97e f980-f9fc fa40-fa7e fa80-fafc fb40-fb7e fb80-fbfc fc40-fc4b',
    fixes: '80= a0= fd=',
    written: 'a2=8191 a3=8192 ac=81ca 2016=8161 2212=817c 301c=8160',
  },
  {
    name: 'euc_jp',
    aliases: 'eucjp u_jis ujis',
    label: 'euc-jp',
    leads: '80-ff',
    valid:
      '8ea1-8edf a1a1-a1fe a2a1-a2ae a2ba-a2c1 a2ca-a2d0 a2dc-a2ea a2f2-a2f9 a2fe a3b0-a3b9 a3c1-a3da a3e1-a3fa a4a1-a4f3 a5a1-a5f6 a6a1-a6b8 a6c1-a6d8 a7a1-a7c1 a7d1-a7f1 a8a1-a8c0 b0a1-b0fe b1a1-b1fe b2a1-b2fe b3a1-b3fe b4a1-b4fe b5a1-b5fe b6a1-b6fe b7a1-b7fe b8a1-b8fe b9a1-b9fe baa1-bafe bba1-bbfe bca1-bcfe bda1-bdfe bea1-befe bfa1-bffe c0a1-c0fe c1a1-c1fe c2a1-c2fe c3a1-c3fe c4a1-c4fe c5a1-c5fe c6a1-c6fe c7a1-c7fe c8a1-c8fe c9a1-c9fe caa1-cafe cba1-cbfe cca1-ccfe cda1-cdfe cea1-cefe cfa1-cfd3 d0a1-d0fe d1a1-d1fe d2a1-d2fe d3a1-d3fe d4a1-d4fe d5a1-d5fe d6a1-d6fe d7a1-d7fe d8a1-d8fe d9a1-d9fe daa1-dafe dba1-dbfe dca1-dcfe dda1-ddfe dea1-defe dfa1-dffe e0a1-e0fe e1a1-e1fe e2a1-e2fe e3a1-e3fe e4a1-e4fe e5a1-e5fe e6a1-e6fe e7a1-e7fe e8a1-e8fe e9a1-e9fe eaa1-eafe eba1-ebfe eca1-ecfe eda1-edfe eea1-eefe efa1-effe f0a1-f0fe f1a1-f1fe f2a1-f2fe f3a1-f3fe f4a1-f4a6 8fa2af-8fa2b9 8fa2c2-8fa2c4 8fa2eb-8fa2f1 8fa6e1-8fa6e5 8fa6e7 8fa6e9-8fa6ea 8fa6ec 8fa6f1-8fa6fc 8fa7c2-8fa7ce 8fa7f2-8fa7fe 8fa9a1-8fa9a2 8fa9a4 8fa9a6 8fa9a8-8fa9a9 8fa9ab-8fa9ad 8fa9af-8fa9b0 8fa9c1-8fa9d0 8faaa1-8faab8 8faaba-8faaf7 8faba1-8fabbb 8fabbd-8fabc3 8fabc5-8fabf7 8fb0a1-8fb0fe 8fb1a1-8fb1fe 8fb2a1-8fb2fe 8fb3a1-8fb3fe 8fb4a1-8fb4fe 8fb5a1-8fb5fe 8fb6a1-8fb6fe 8fb7a1-8fb7fe 8fb8a1-8fb8fe 8fb9a1-8fb9fe 8fbaa1-8fbafe 8fbba1-8fbbfe 8fbca1-8fbcfe 8fbda1-8fbdfe 8fbea1-8fbefe 8fbfa1-8fbffe 8fc0a1-8fc0fe 8fc1a1-8fc1fe 8fc2a1-8fc2fe 8fc3a1-8fc3fe 8fc4a1-8fc4fe 8fc5a1-8fc5fe 8fc6a1-8fc6fe 8fc7a1-8fc7fe 8fc8a1-8fc8fe 8fc9a1-8fc9fe 8fcaa1-8fcafe 8fcba1-8fcbfe 8fcca1-8fccfe 8fcda1-8fcdfe 8fcea1-8fcefe 8fcfa1-8fcffe 8fd0a1-8fd0fe 8fd1a1-8fd1fe 8fd2a1-8fd2fe 8fd3a1-8fd3fe 8fd4a1-8fd4fe 8fd5a1-8fd5fe 8fd6a1-8fd6fe 8fd7a1-8fd7fe 8fd8a1-8fd8fe 8fd9a1-8fd9fe 8fdaa1-8fdafe 8fdba1-8fdbfe 8fdca1-8fdcfe 8fdda1-8fddfe 8fdea1-8fdefe 8fdfa1-8fdffe 8fe0a1-8fe0fe 8fe1a1-8fe1fe 8fe2a1-8fe2fe 8fe3a1-8fe3fe 8fe4a1-8fe4fe 8fe5a1-8fe5fe 8fe6a1-8fe6fe 8fe7a1-8fe7fe 8fe8a1-8fe8fe 8fe9a1-8fe9fe 8feaa1-8feafe 8feba1-8febfe 8feca1-8fecfe 8feda1-8fede3',
    fixes: 'a1c1=〜‖ a1dd=− a1f1=¢£ a2cc=¬ 8fa2b7=~',
    written: 'a5=5c 203e=7e',
  },
  {
    name: 'gb2312',
    aliases:
      'chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312_1980 gb2312_80 iso_ir_58 x_mac_simp_chinese',
    label: 'gbk',
    leads: '80-ff',
    valid:
      'a1a1-a1fe a2b1-a2e2 a2e5-a2ee a2f1-a2fc a3a1-a3fe a4a1-a4f3 a5a1-a5f6 a6a1-a6b8 a6c1-a6d8 a7a1-a7c1 a7d1-a7f1 a8a1-a8ba a8c5-a8e9 a9a4-a9ef b0a1-b0fe b1a1-b1fe b2a1-b2fe b3a1-b3fe b4a1-b4fe b5a1-b5fe b6a1-b6fe b7a1-b7fe b8a1-b8fe b9a1-b9fe baa1-bafe bba1-bbfe bca1-bcfe bda1-bdfe bea1-befe bfa1-bffe c0a1-c0fe c1a1-c1fe c2a1-c2fe c3a1-c3fe c4a1-c4fe c5a1-c5fe c6a1-c6fe c7a1-c7fe c8a1-c8fe c9a1-c9fe caa1-cafe cba1-cbfe cca1-ccfe cda1-cdfe cea1-cefe cfa1-cffe d0a1-d0fe d1a1-d1fe d2a1-d2fe d3a1-d3fe d4a1-d4fe d5a1-d5fe d6a1-d6fe d7a1-d7f9 d8a1-d8fe d9a1-d9fe daa1-dafe dba1-dbfe dca1-dcfe dda1-ddfe dea1-defe dfa1-dffe e0a1-e0fe e1a1-e1fe e2a1-e2fe e3a1-e3fe e4a1-e4fe e5a1-e5fe e6a1-e6fe e7a1-e7fe e8a1-e8fe e9a1-e9fe eaa1-eafe eba1-ebfe eca1-ecfe eda1-edfe eea1-eefe efa1-effe f0a1-f0fe f1a1-f1fe f2a1-f2fe f3a1-f3fe f4a1-f4fe f5a1-f5fe f6a1-f6fe f7a1-f7fe',
    fixes: 'a1a4=・ a1aa=―',
    written: '',
  },
  {
    name: 'gbk',
    aliases: '936 cp936 ms936',
    label: 'gbk',
    leads: '80-ff',
    valid:
      '8140-817e 8180-81fe 8240-827e 8280-82fe 8340-837e 8380-83fe 8440-847e 8480-84fe 8540-857e 8580-85fe 8640-867e 8680-86fe 8740-877e 8780-87fe 8840-887e 8880-88fe 8940-897e 8980-89fe 8a40-8a7e 8a80-8afe 8b40-8b7e 8b80-8bfe 8c40-8c7e 8c80-8cfe 8d40-8d7e 8d80-8dfe 8e40-8e7e 8e80-8efe 8f40-8f7e 8f80-8ffe 9040-907e 9080-90fe 9140-917e 9180-91fe 9240-927e 9280-92fe 9340-937e 9380-93fe 9440-947e 9480-94fe 9540-957e 9580-95fe 9640-967e 9680-96fe 9740-977e 9780-97fe 9840-987e 9880-98fe 9940-997e 9980-99fe 9a40-9a7e 9a80-9afe 9b40-9b7e 9b80-9bfe 9c40-9c7e 9c80-9cfe 9d40-9d7e 9d80-9dfe 9e40-9e7e 9e80-9efe 9f40-9f7e 9f80-9ffe a040-a07e a080-a0fe a1a1-a1fe a2a1-a2aa a2b1-a2e2 a2e5-a2ee a2f1-a2fc a3a1-a3fe a4a1-a4f3 a5a1-a5f6 a6a1-a6b8 a6c1-a6d8 a6e0-a6eb a6ee-a6f2 a6f4-a6f5 a7a1-a7c1 a7d1-a7f1 a840-a87e a880-a895 a8a1-a8bb a8bd-a8be a8c0 a8c5-a8e9 a940-a957 a959-a95a a95c a960-a97e a980-a988 a996 a9a4-a9ef aa40-aa7e aa80-aaa0 ab40-ab7e ab80-aba0 ac40-ac7e ac80-aca0 ad40-ad7e ad80-ada0 ae40-ae7e ae80-aea0 af40-af7e af80-afa0 b040-b07e b080-b0fe b140-b17e b180-b1fe b240-b27e b280-b2fe b340-b37e b380-b3fe b440-b47e b480-b4fe b540-b57e b580-b5fe b640-b67e b680-b6fe b740-b77e b780-b7fe b840-b87e b880-b8fe b940-b97e b980-b9fe ba40-ba7e ba80-bafe bb40-bb7e bb80-bbfe bc40-bc7e bc80-bcfe bd40-bd7e bd80-bdfe be40-be7e be80-befe bf40-bf7e bf80-bffe c040-c07e c080-c0fe c140-c17e c180-c1fe c240-c27e c280-c2fe c340-c37e c380-c3fe c440-c47e c480-c4fe c540-c57e c580-c5fe c640-c67e c680-c6fe c740-c77e c780-c7fe c840-c87e c880-c8fe c940-c97e c980-c9fe ca40-ca7e ca80-cafe cb40-cb7e cb80-cbfe cc40-cc7e cc80-ccfe cd40-cd7e cd80-cdfe ce40-ce7e ce80-cefe cf40-cf7e cf80-cffe d040-d07e d080-d0fe d140-d17e d180-d1fe d240-d27e d280-d2fe d340-d37e d380-d3fe d440-d47e d480-d4fe d540-d57e d580-d5fe d640-d67e d680-d6fe d740-d77e d780-d7f9 d840-d87e d880-d8fe d940-d97e d980-d9fe da40-da7e da80-dafe db40-db7e db80-dbfe dc40-dc7e dc80-dcfe dd40-dd7e dd80-ddfe de40-de7e de80-defe df40-df7e df80-dffe e040-e07e e080-e0fe e140-e17e e180-e1fe e240-e27e e280-e2fe e340-e37e e380-e3fe e440-e47e e480-e4fe e540-e57e e580-e5fe e640-e67e e680-e6fe e740-e77e e780-e7fe e840-e87e e880-e8fe e940-e97e e980-e9fe ea40-ea7e ea80-eafe eb40-eb7e eb80-ebfe ec40-ec7e ec80-ecfe ed40-ed7e ed80-edfe ee40-ee7e ee80-eefe ef40-ef7e ef80-effe f040-f07e f080-f0fe f140-f17e f180-f1fe f240-f27e f280-f2fe f340-f37e f380-f3fe f440-f47e f480-f4fe f540-f57e f580-f5fe f640-f67e f680-f6fe f740-f77e f780-f7fe f840-f87e f880-f8a0 f940-f97e f980-f9a0 fa40-fa7e fa80-faa0 fb40-fb7e fb80-fba0 fc40-fc7e fc80-fca0 fd40-fd7e fd80-fda0 fe40-fe4f',
    fixes: '',
    written: '',
  },
  {
    name: 'gb18030',
    aliases: 'gb18030_2000',
    label: 'gb18030',
    leads: '80-ff',
    valid:
      '8140-817e 8180-81fe 8240-827e 8280-82fe 8340-837e 8380-83fe 8440-847e 8480-84fe 8540-857e 8580-85fe 8640-867e 8680-86fe 8740-877e 8780-87fe 8840-887e 8880-88fe 8940-897e 8980-89fe 8a40-8a7e 8a80-8afe 8b40-8b7e 8b80-8bfe 8c40-8c7e 8c80-8cfe 8d40-8d7e 8d80-8dfe 8e40-8e7e 8e80-8efe 8f40-8f7e 8f80-8ffe 9040-907e 9080-90fe 9140-917e 9180-91fe 9240-927e 9280-92fe 9340-937e 9380-93fe 9440-947e 9480-94fe 9540-957e 9580-95fe 9640-967e 9680-96fe 9740-977e 9780-97fe 9840-987e 9880-98fe 9940-997e 9980-99fe 9a40-9a7e 9a80-9afe 9b40-9b7e 9b80-9bfe 9c40-9c7e 9c80-9cfe 9d40-9d7e 9d80-9dfe 9e40-9e7e 9e80-9efe 9f40-9f7e 9f80-9ffe a040-a07e a080-a0fe a140-a17e a180-a1fe a240-a27e a280-a2fe a340-a37e a380-a3fe a440-a47e a480-a4fe a540-a57e a580-a5fe a640-a67e a680-a6fe a740-a77e a780-a7fe a840-a87e a880-a8fe a940-a97e a980-a9fe aa40-aa7e aa80-aafe ab40-ab7e ab80-abfe ac40-ac7e ac80-acfe ad40-ad7e ad80-adfe ae40-ae7e ae80-aefe af40-af7e af80-affe b040-b07e b080-b0fe b140-b17e b180-b1fe b240-b27e b280-b2fe b340-b37e b380-b3fe b440-b47e b480-b4fe b540-b57e b580-b5fe b640-b67e b680-b6fe b740-b77e b780-b7fe b840-b87e b880-b8fe b940-b97e b980-b9fe ba40-ba7e ba80-bafe bb40-bb7e bb80-bbfe bc40-bc7e bc80-bcfe bd40-bd7e bd80-bdfe be40-be7e be80-befe bf40-bf7e bf80-bffe c040-c07e c080-c0fe c140-c17e c180-c1fe c240-c27e c280-c2fe c340-c37e c380-c3fe c440-c47e c480-c4fe c540-c57e c580-c5fe c640-c67e c680-c6fe c740-c77e c780-c7fe c840-c87e c880-c8fe c940-c97e c980-c9fe ca40-ca7e ca80-cafe cb40-cb7e cb80-cbfe cc40-cc7e cc80-ccfe cd40-cd7e cd80-cdfe ce40-ce7e ce80-cefe cf40-cf7e cf80-cffe d040-d07e d080-d0fe d140-d17e d180-d1fe d240-d27e d280-d2fe d340-d37e d380-d3fe d440-d47e d480-d4fe d540-d57e d580-d5fe d640-d67e d680-d6fe d740-d77e d780-d7fe d840-d87e d880-d8fe d940-d97e d980-d9fe da40-da7e da80-dafe db40-db7e db80-dbfe dc40-dc7e dc80-dcfe dd40-dd7e dd80-ddfe de40-de7e de80-defe df40-df7e df80-dffe e040-e07e e080-e0fe e140-e17e e180-e1fe e240-e27e e280-e2fe e340-e37e e380-e3fe e440-e47e e480-e4fe e540-e57e e580-e5fe e640-e67e e680-e6fe e740-e77e e780-e7fe e840-e87e e880-e8fe e940-e97e e980-e9fe ea40-ea7e ea80-eafe eb40-eb7e eb80-ebfe ec40-ec7e ec80-ecfe ed40-ed7e ed80-edfe ee40-ee7e ee80-eefe ef40-ef7e ef80-effe f040-f07e f080-f0fe f140-f17e f180-f1fe f240-f27e f280-f2fe f340-f37e f380-f3fe f440-f47e f480-f4fe f540-f57e f580-f5fe f640-f67e f680-f6fe f740-f77e f780-f7fe f840-f87e f880-f8fe f940-f97e f980-f9fe fa40-fa7e fa80-fafe fb40-fb7e fb80-fbfe fc40-fc7e fc80-fcfe fd40-fd7e fd80-fdfe fe40-fe7e fe80-fefe',
    fixes:
      'a3a0= a6d9= a6ec= a6f3= a8bc= fe59= fe61= fe66= fe6d= fe7e= fe90= fea0= 8135f437=ḿ',
    written: '',
  },
  {
    name: 'big5',
    aliases: 'big5_tw csbig5 x_mac_trad_chinese',
    label: 'big5',
    leads: '80-ff',
    valid:
      'a140-a17e a1a1-a1fe a240-a27e a2a1-a2fe a340-a37e a3a1-a3bf a440-a47e a4a1-a4fe a540-a57e a5a1-a5fe a640-a67e a6a1-a6fe a740-a77e a7a1-a7fe a840-a87e a8a1-a8fe a940-a97e a9a1-a9fe aa40-aa7e aaa1-aafe ab40-ab7e aba1-abfe ac40-ac7e aca1-acfe ad40-ad7e ada1-adfe ae40-ae7e aea1-aefe af40-af7e afa1-affe b040-b07e b0a1-b0fe b140-b17e b1a1-b1fe b240-b27e b2a1-b2fe b340-b37e b3a1-b3fe b440-b47e b4a1-b4fe b540-b57e b5a1-b5fe b640-b67e b6a1-b6fe b740-b77e b7a1-b7fe b840-b87e b8a1-b8fe b940-b97e b9a1-b9fe ba40-ba7e baa1-bafe bb40-bb7e bba1-bbfe bc40-bc7e bca1-bcfe bd40-bd7e bda1-bdfe be40-be7e bea1-befe bf40-bf7e bfa1-bffe c040-c07e c0a1-c0fe c140-c17e c1a1-c1fe c240-c27e c2a1-c2fe c340-c37e c3a1-c3fe c440-c47e c4a1-c4fe c540-c57e c5a1-c5fe c640-c67e c6a1-c6fe c740-c77e c7a1-c7fc c940-c97e c9a1-c9fe ca40-ca7e caa1-cafe cb40-cb7e cba1-cbfe cc40-cc7e cca1-ccfe cd40-cd7e cda1-cdfe ce40-ce7e cea1-cefe cf40-cf7e cfa1-cffe d040-d07e d0a1-d0fe d140-d17e d1a1-d1fe d240-d27e d2a1-d2fe d340-d37e d3a1-d3fe d440-d47e d4a1-d4fe d540-d57e d5a1-d5fe d640-d67e d6a1-d6fe d740-d77e d7a1-d7fe d840-d87e d8a1-d8fe d940-d97e d9a1-d9fe da40-da7e daa1-dafe db40-db7e dba1-dbfe dc40-dc7e dca1-dcfe dd40-dd7e dda1-ddfe de40-de7e dea1-defe df40-df7e dfa1-dffe e040-e07e e0a1-e0fe e140-e17e e1a1-e1fe e240-e27e e2a1-e2fe e340-e37e e3a1-e3fe e440-e47e e4a1-e4fe e540-e57e e5a1-e5fe e640-e67e e6a1-e6fe e740-e77e e7a1-e7fe e840-e87e e8a1-e8fe e940-e97e e9a1-e9fe ea40-ea7e eaa1-eafe eb40-eb7e eba1-ebfe ec40-ec7e eca1-ecfe ed40-ed7e eda1-edfe ee40-ee7e eea1-eefe ef40-ef7e efa1-effe f040-f07e f0a1-f0fe f140-f17e f1a1-f1fe f240-f27e f2a1-f2fe f340-f37e f3a1-f3fe f440-f47e f4a1-f4fe f540-f57e f5a1-f5fe f640-f67e f6a1-f6fe f740-f77e f7a1-f7fe f840-f87e f8a1-f8fe f940-f97e f9a1-f9d5',
    fixes:
      'a145=• a14e=､ a1c2=‾ a1e3=∼ a1f2=♁☉ a241=／＼ a244=¥ a246=¢£ c6a1=ヾゝゞ々ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんァアィイゥウェ c740=エォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユ c7a1=ョヨラリルレロヮワヰヱヲンヴヵヶДЕЁЖЗИЙКЛМУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽',
    written: '5341=a451 5345=a4ca ff0f=a241 ff3c=a242',
  },
  {
    name: 'cp950',
    aliases: '950 ms950',
    label: 'big5',
    leads: '80-ff',
    valid:
      'a140-a17e a1a1-a1fe a240-a27e a2a1-a2fe a340-a37e a3a1-a3bf a3e1 a440-a47e a4a1-a4fe a540-a57e a5a1-a5fe a640-a67e a6a1-a6fe a740-a77e a7a1-a7fe a840-a87e a8a1-a8fe a940-a97e a9a1-a9fe aa40-aa7e aaa1-aafe ab40-ab7e aba1-abfe ac40-ac7e aca1-acfe ad40-ad7e ada1-adfe ae40-ae7e aea1-aefe af40-af7e afa1-affe b040-b07e b0a1-b0fe b140-b17e b1a1-b1fe b240-b27e b2a1-b2fe b340-b37e b3a1-b3fe b440-b47e b4a1-b4fe b540-b57e b5a1-b5fe b640-b67e b6a1-b6fe b740-b77e b7a1-b7fe b840-b87e b8a1-b8fe b940-b97e b9a1-b9fe ba40-ba7e baa1-bafe bb40-bb7e bba1-bbfe bc40-bc7e bca1-bcfe bd40-bd7e bda1-bdfe be40-be7e bea1-befe bf40-bf7e bfa1-bffe c040-c07e c0a1-c0fe c140-c17e c1a1-c1fe c240-c27e c2a1-c2fe c340-c37e c3a1-c3fe c440-c47e c4a1-c4fe c540-c57e c5a1-c5fe c640-c67e c6a1-c6fe c740-c77e c7a1-c7fc c940-c97e c9a1-c9fe ca40-ca7e caa1-cafe cb40-cb7e cba1-cbfe cc40-cc7e cca1-ccfe cd40-cd7e cda1-cdfe ce40-ce7e cea1-cefe cf40-cf7e cfa1-cffe d040-d07e d0a1-d0fe d140-d17e d1a1-d1fe d240-d27e d2a1-d2fe d340-d37e d3a1-d3fe d440-d47e d4a1-d4fe d540-d57e d5a1-d5fe d640-d67e d6a1-d6fe d740-d77e d7a1-d7fe d840-d87e d8a1-d8fe d940-d97e d9a1-d9fe da40-da7e daa1-dafe db40-db7e dba1-dbfe dc40-dc7e dca1-dcfe dd40-dd7e dda1-ddfe de40-de7e dea1-defe df40-df7e dfa1-dffe e040-e07e e0a1-e0fe e140-e17e e1a1-e1fe e240-e27e e2a1-e2fe e340-e37e e3a1-e3fe e440-e47e e4a1-e4fe e540-e57e e5a1-e5fe e640-e67e e6a1-e6fe e740-e77e e7a1-e7fe e840-e87e e8a1-e8fe e940-e97e e9a1-e9fe ea40-ea7e eaa1-eafe eb40-eb7e eba1-ebfe ec40-ec7e eca1-ecfe ed40-ed7e eda1-edfe ee40-ee7e eea1-eefe ef40-ef7e efa1-effe f040-f07e f0a1-f0fe f140-f17e f1a1-f1fe f240-f27e f2a1-f2fe f340-f37e f3a1-f3fe f440-f47e f4a1-f4fe f540-f57e f5a1-f5fe f640-f67e f6a1-f6fe f740-f77e f7a1-f7fe f840-f87e f8a1-f8fe f940-f97e f9a1-f9fe',
    fixes:
      'c6a1=ヾゝゞ々ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんァアィイゥウェ c740=エォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユ c7a1=ョヨラリルレロヮワヰヱヲンヴヵヶДЕЁЖЗИЙКЛМУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽ f9fe=▓',
    written:
      'a2=a246 a3=a247 a5=a244 2022=a145 203e=a1c2 223c=a1e3 2609=a1f3 2641=a1f2 5341=a451 5345=a4ca ff64=a14e',
  },
  {
    name: 'euc_kr',
    aliases: 'euckr korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 ksx1001 x_mac_korean',
    label: 'euc-kr',
    leads: '80-ff',
    valid:
      'a1a1-a1fe a2a1-a2e7 a3a1-a3fe a4a1-a4d3 a4d5-a4fe a5a1-a5aa a5b0-a5b9 a5c1-a5d8 a5e1-a5f8 a6a1-a6e4 a7a1-a7ef a8a1-a8a4 a8a6 a8a8-a8af a8b1-a8fe a9a1-a9fe aaa1-aaf3 aba1-abf6 aca1-acc1 acd1-acf1 b0a1-b0fe b1a1-b1fe b2a1-b2fe b3a1-b3fe b4a1-b4fe b5a1-b5fe b6a1-b6fe b7a1-b7fe b8a1-b8fe b9a1-b9fe baa1-bafe bba1-bbfe bca1-bcfe bda1-bdfe bea1-befe bfa1-bffe c0a1-c0fe c1a1-c1fe c2a1-c2fe c3a1-c3fe c4a1-c4fe c5a1-c5fe c6a1-c6fe c7a1-c7fe c8a1-c8fe caa1-cafe cba1-cbfe cca1-ccfe cda1-cdfe cea1-cefe cfa1-cffe d0a1-d0fe d1a1-d1fe d2a1-d2fe d3a1-d3fe d4a1-d4fe d5a1-d5fe d6a1-d6fe d7a1-d7fe d8a1-d8fe d9a1-d9fe daa1-dafe dba1-dbfe dca1-dcfe dda1-ddfe dea1-defe dfa1-dffe e0a1-e0fe e1a1-e1fe e2a1-e2fe e3a1-e3fe e4a1-e4fe e5a1-e5fe e6a1-e6fe e7a1-e7fe e8a1-e8fe e9a1-e9fe eaa1-eafe eba1-ebfe eca1-ecfe eda1-edfe eea1-eefe efa1-effe f0a1-f0fe f1a1-f1fe f2a1-f2fe f3a1-f3fe f4a1-f4fe f5a1-f5fe f6a1-f6fe f7a1-f7fe f8a1-f8fe f9a1-f9fe faa1-fafe fba1-fbfe fca1-fcfe fda1-fdfe',
    fixes: 'a2e6=€®',
    written: '3164=a4d4',
  },
  {
    name: 'cp949',
    aliases: '949 ms949 uhc',
    label: 'euc-kr',
    leads: '80-ff',
    valid:
      '8141-815a 8161-817a 8181-81fe 8241-825a 8261-827a 8281-82fe 8341-835a 8361-837a 8381-83fe 8441-845a 8461-847a 8481-84fe 8541-855a 8561-857a 8581-85fe 8641-865a 8661-867a 8681-86fe 8741-875a 8761-877a 8781-87fe 8841-885a 8861-887a 8881-88fe 8941-895a 8961-897a 8981-89fe 8a41-8a5a 8a61-8a7a 8a81-8afe 8b41-8b5a 8b61-8b7a 8b81-8bfe 8c41-8c5a 8c61-8c7a 8c81-8cfe 8d41-8d5a 8d61-8d7a 8d81-8dfe 8e41-8e5a 8e61-8e7a 8e81-8efe 8f41-8f5a 8f61-8f7a 8f81-8ffe 9041-905a 9061-907a 9081-90fe 9141-915a 9161-917a 9181-91fe 9241-925a 9261-927a 9281-92fe 9341-935a 9361-937a 9381-93fe 9441-945a 9461-947a 9481-94fe 9541-955a 9561-957a 9581-95fe 9641-965a 9661-967a 9681-96fe 9741-975a 9761-977a 9781-97fe 9841-985a 9861-987a 9881-98fe 9941-995a 9961-997a 9981-99fe 9a41-9a5a 9a61-9a7a 9a81-9afe 9b41-9b5a 9b61-9b7a 9b81-9bfe 9c41-9c5a 9c61-9c7a 9c81-9cfe 9d41-9d5a 9d61-9d7a 9d81-9dfe 9e41-9e5a 9e61-9e7a 9e81-9efe 9f41-9f5a 9f61-9f7a 9f81-9ffe a041-a05a a061-a07a a081-a0fe a141-a15a a161-a17a a181-a1fe a241-a25a a261-a27a a281-a2e7 a341-a35a a361-a37a a381-a3fe a441-a45a a461-a47a a481-a4fe a541-a55a a561-a57a a581-a5aa a5b0-a5b9 a5c1-a5d8 a5e1-a5f8 a641-a65a a661-a67a a681-a6e4 a741-a75a a761-a77a a781-a7ef a841-a85a a861-a87a a881-a8a4 a8a6 a8a8-a8af a8b1-a8fe a941-a95a a961-a97a a981-a9fe aa41-aa5a aa61-aa7a aa81-aaf3 ab41-ab5a ab61-ab7a ab81-abf6 ac41-ac5a ac61-ac7a ac81-acc1 acd1-acf1 ad41-ad5a ad61-ad7a ad81-ada0 ae41-ae5a ae61-ae7a ae81-aea0 af41-af5a af61-af7a af81-afa0 b041-b05a b061-b07a b081-b0fe b141-b15a b161-b17a b181-b1fe b241-b25a b261-b27a b281-b2fe b341-b35a b361-b37a b381-b3fe b441-b45a b461-b47a b481-b4fe b541-b55a b561-b57a b581-b5fe b641-b65a b661-b67a b681-b6fe b741-b75a b761-b77a b781-b7fe b841-b85a b861-b87a b881-b8fe b941-b95a b961-b97a b981-b9fe ba41-ba5a ba61-ba7a ba81-bafe bb41-bb5a bb61-bb7a bb81-bbfe bc41-bc5a bc61-bc7a bc81-bcfe bd41-bd5a bd61-bd7a bd81-bdfe be41-be5a be61-be7a be81-befe bf41-bf5a bf61-bf7a bf81-bffe c041-c05a c061-c07a c081-c0fe c141-c15a c161-c17a c181-c1fe c241-c25a c261-c27a c281-c2fe c341-c35a c361-c37a c381-c3fe c441-c45a c461-c47a c481-c4fe c541-c55a c561-c57a c581-c5fe c641-c652 c6a1-c6fe c7a1-c7fe c8a1-c8fe caa1-cafe cba1-cbfe cca1-ccfe cda1-cdfe cea1-cefe cfa1-cffe d0a1-d0fe d1a1-d1fe d2a1-d2fe d3a1-d3fe d4a1-d4fe d5a1-d5fe d6a1-d6fe d7a1-d7fe d8a1-d8fe d9a1-d9fe daa1-dafe dba1-dbfe dca1-dcfe dda1-ddfe dea1-defe dfa1-dffe e0a1-e0fe e1a1-e1fe e2a1-e2fe e3a1-e3fe e4a1-e4fe e5a1-e5fe e6a1-e6fe e7a1-e7fe e8a1-e8fe e9a1-e9fe eaa1-eafe eba1-ebfe eca1-ecfe eda1-edfe eea1-eefe efa1-effe f0a1-f0fe f1a1-f1fe f2a1-f2fe f3a1-f3fe f4a1-f4fe f5a1-f5fe f6a1-f6fe f7a1-f7fe f8a1-f8fe f9a1-f9fe faa1-fafe fba1-fbfe fca1-fcfe fda1-fdfe',
    fixes: 'a2e6=€®',
    written: '',
  },
];
