// The single-byte encodings of Python 3.13: written by
// scripts/charmap-tables.py. The name, what else it is called, and the characters of the bytes 0 to 255, or 128 to
// 255 where the others are ASCII. U+FFFE stands for none.

export const charmaps: readonly (readonly [name: string, aliases: string, characters: string])[] = [
  [
    'cp037',
    'cp037 037 csibm037 ebcdic_cp_ca ebcdic_cp_nl ebcdic_cp_us ebcdic_cp_wt ibm037 ibm039',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \xa0\xe2\xe4\xe0\xe1\xe3\xe5\xe7\xf1¢.<(+|&\xe9\xea\xeb\xe8\xed\xee\xef\xec\xdf!$*);¬-/\xc2\xc4\xc0\xc1\xc3\xc5\xc7\xd1¦,%_>?\xf8\xc9\xca\xcb\xc8\xcd\xce\xcf\xcc`:#@\x27="\xd8abcdefghi«»\xf0\xfd\xfe±°jklmnopqr\xaa\xba\xe6¸\xc6¤\xb5~stuvwxyz¡¿\xd0\xdd\xde®^£¥·©§¶¼½¾[]¯¨´×{ABCDEFGHI\xad\xf4\xf6\xf2\xf3\xf5}JKLMNOPQR¹\xfb\xfc\xf9\xfa\xff\x5c÷STUVWXYZ²\xd4\xd6\xd2\xd3\xd50123456789³\xdb\xdc\xd9\xda\x9f',
  ],
  [
    'cp1006',
    'cp1006',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0۰۱۲۳۴۵۶۷۸۹،\u061b\xad\u061f\ufe81\ufe8d\ufe8e\ufe8e\ufe8f\ufe91\ufb56\ufb58\ufe93\ufe95\ufe97\ufb66\ufb68\ufe99\ufe9b\ufe9d\ufe9f\ufb7a\ufb7c\ufea1\ufea3\ufea5\ufea7\ufea9\ufb84\ufeab\ufead\ufb8c\ufeaf\ufb8a\ufeb1\ufeb3\ufeb5\ufeb7\ufeb9\ufebb\ufebd\ufebf\ufec1\ufec5\ufec9\ufeca\ufecb\ufecc\ufecd\ufece\ufecf\ufed0\ufed1\ufed3\ufed5\ufed7\ufed9\ufedb\ufb92\ufb94\ufedd\ufedf\ufee0\ufee1\ufee3\ufb9e\ufee5\ufee7\ufe85\ufeed\ufba6\ufba8\ufba9\ufbaa\ufe80\ufe89\ufe8a\ufe8b\ufef1\ufef2\ufef3\ufbb0\ufbae\ufe7c\ufe7d',
  ],
  [
    'cp1026',
    'cp1026 1026 csibm1026 ibm1026',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \xa0\xe2\xe4\xe0\xe1\xe3\xe5{\xf1\xc7.<(+!&\xe9\xea\xeb\xe8\xed\xee\xef\xec\xdf\u011e\u0130*);^-/\xc2\xc4\xc0\xc1\xc3\xc5[\xd1\u015f,%_>?\xf8\xc9\xca\xcb\xc8\xcd\xce\xcf\xcc\u0131:\xd6\u015e\x27=\xdc\xd8abcdefghi«»}`¦±°jklmnopqr\xaa\xba\xe6¸\xc6¤\xb5\xf6stuvwxyz¡¿]$@®¢£¥·©§¶¼½¾¬|¯¨´×\xe7ABCDEFGHI\xad\xf4~\xf2\xf3\xf5\u011fJKLMNOPQR¹\xfb\x5c\xf9\xfa\xff\xfc÷STUVWXYZ²\xd4#\xd2\xd3\xd50123456789³\xdb"\xd9\xda\x9f',
  ],
  [
    'cp1125',
    'cp1125 1125 cp866u ibm1125 ruscii',
    '\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f\u0401\u0451\u0490\u0491\u0404\u0454\u0406\u0456\u0407\u0457·√№¤■\xa0',
  ],
  [
    'cp1140',
    'cp1140 1140 ibm1140',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \xa0\xe2\xe4\xe0\xe1\xe3\xe5\xe7\xf1¢.<(+|&\xe9\xea\xeb\xe8\xed\xee\xef\xec\xdf!$*);¬-/\xc2\xc4\xc0\xc1\xc3\xc5\xc7\xd1¦,%_>?\xf8\xc9\xca\xcb\xc8\xcd\xce\xcf\xcc`:#@\x27="\xd8abcdefghi«»\xf0\xfd\xfe±°jklmnopqr\xaa\xba\xe6¸\xc6€\xb5~stuvwxyz¡¿\xd0\xdd\xde®^£¥·©§¶¼½¾[]¯¨´×{ABCDEFGHI\xad\xf4\xf6\xf2\xf3\xf5}JKLMNOPQR¹\xfb\xfc\xf9\xfa\xff\x5c÷STUVWXYZ²\xd4\xd6\xd2\xd3\xd50123456789³\xdb\xdc\xd9\xda\x9f',
  ],
  [
    'cp1250',
    'cp1250 1250 windows_1250',
    '€\ufffe‚\ufffe„…†‡\ufffe‰\u0160‹\u015a\u0164\u017d\u0179\ufffe‘’“”•–—\ufffe™\u0161›\u015b\u0165\u017e\u017a\xa0ˇ˘\u0141¤\u0104¦§¨©\u015e«¬\xad®\u017b°±˛\u0142´\xb5¶·¸\u0105\u015f»\u013d˝\u013e\u017c\u0154\xc1\xc2\u0102\xc4\u0139\u0106\xc7\u010c\xc9\u0118\xcb\u011a\xcd\xce\u010e\u0110\u0143\u0147\xd3\xd4\u0150\xd6×\u0158\u016e\xda\u0170\xdc\xdd\u0162\xdf\u0155\xe1\xe2\u0103\xe4\u013a\u0107\xe7\u010d\xe9\u0119\xeb\u011b\xed\xee\u010f\u0111\u0144\u0148\xf3\xf4\u0151\xf6÷\u0159\u016f\xfa\u0171\xfc\xfd\u0163˙',
  ],
  [
    'cp1251',
    'cp1251 1251 windows_1251',
    '\u0402\u0403‚\u0453„…†‡€‰\u0409‹\u040a\u040c\u040b\u040f\u0452‘’“”•–—\ufffe™\u0459›\u045a\u045c\u045b\u045f\xa0\u040e\u045e\u0408¤\u0490¦§\u0401©\u0404«¬\xad®\u0407°±\u0406\u0456\u0491\xb5¶·\u0451№\u0454»\u0458\u0405\u0455\u0457\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f',
  ],
  [
    'cp1252',
    'cp1252 1252 windows_1252',
    '€\ufffe‚\u0192„…†‡ˆ‰\u0160‹\u0152\ufffe\u017d\ufffe\ufffe‘’“”•–—˜™\u0161›\u0153\ufffe\u017e\u0178\xa0¡¢£¤¥¦§¨©\xaa«¬\xad®¯°±²³´\xb5¶·¸¹\xba»¼½¾¿\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6×\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf0\xf1\xf2\xf3\xf4\xf5\xf6÷\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff',
  ],
  [
    'cp1253',
    'cp1253 1253 windows_1253',
    '€\ufffe‚\u0192„…†‡\ufffe‰\ufffe‹\ufffe\ufffe\ufffe\ufffe\ufffe‘’“”•–—\ufffe™\ufffe›\ufffe\ufffe\ufffe\ufffe\xa0΅\u0386£¤¥¦§¨©\ufffe«¬\xad®―°±²³΄\xb5¶·\u0388\u0389\u038a»\u038c½\u038e\u038f\u0390\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03a1\ufffe\u03a3\u03a4\u03a5\u03a6\u03a7\u03a8\u03a9\u03aa\u03ab\u03ac\u03ad\u03ae\u03af\u03b0\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03c1\u03c2\u03c3\u03c4\u03c5\u03c6\u03c7\u03c8\u03c9\u03ca\u03cb\u03cc\u03cd\u03ce\ufffe',
  ],
  [
    'cp1254',
    'cp1254 1254 windows_1254',
    '€\ufffe‚\u0192„…†‡ˆ‰\u0160‹\u0152\ufffe\ufffe\ufffe\ufffe‘’“”•–—˜™\u0161›\u0153\ufffe\ufffe\u0178\xa0¡¢£¤¥¦§¨©\xaa«¬\xad®¯°±²³´\xb5¶·¸¹\xba»¼½¾¿\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\u011e\xd1\xd2\xd3\xd4\xd5\xd6×\xd8\xd9\xda\xdb\xdc\u0130\u015e\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\u011f\xf1\xf2\xf3\xf4\xf5\xf6÷\xf8\xf9\xfa\xfb\xfc\u0131\u015f\xff',
  ],
  [
    'cp1255',
    'cp1255 1255 windows_1255',
    '€\ufffe‚\u0192„…†‡ˆ‰\ufffe‹\ufffe\ufffe\ufffe\ufffe\ufffe‘’“”•–—˜™\ufffe›\ufffe\ufffe\ufffe\ufffe\xa0¡¢£₪¥¦§¨©×«¬\xad®¯°±²³´\xb5¶·¸¹÷»¼½¾¿\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\ufffe\u05bb\u05bc\u05bd\u05be\u05bf\u05c0\u05c1\u05c2\u05c3\u05f0\u05f1\u05f2\u05f3\u05f4\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffe\ufffe\u200e\u200f\ufffe',
  ],
  [
    'cp1256',
    'cp1256 1256 windows_1256',
    '€\u067e‚\u0192„…†‡ˆ‰\u0679‹\u0152\u0686\u0698\u0688\u06af‘’“”•–—\u06a9™\u0691›\u0153\u200c\u200d\u06ba\xa0،¢£¤¥¦§¨©\u06be«¬\xad®¯°±²³´\xb5¶·¸¹\u061b»¼½¾\u061f\u06c1\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636×\u0637\u0638\u0639\u063a\u0640\u0641\u0642\u0643\xe0\u0644\xe2\u0645\u0646\u0647\u0648\xe7\xe8\xe9\xea\xeb\u0649\u064a\xee\xef\u064b\u064c\u064d\u064e\xf4\u064f\u0650÷\u0651\xf9\u0652\xfb\xfc\u200e\u200f\u06d2',
  ],
  [
    'cp1257',
    'cp1257 1257 windows_1257',
    '€\ufffe‚\ufffe„…†‡\ufffe‰\ufffe‹\ufffe¨ˇ¸\ufffe‘’“”•–—\ufffe™\ufffe›\ufffe¯˛\ufffe\xa0\ufffe¢£¤\ufffe¦§\xd8©\u0156«¬\xad®\xc6°±²³´\xb5¶·\xf8¹\u0157»¼½¾\xe6\u0104\u012e\u0100\u0106\xc4\xc5\u0118\u0112\u010c\xc9\u0179\u0116\u0122\u0136\u012a\u013b\u0160\u0143\u0145\xd3\u014c\xd5\xd6×\u0172\u0141\u015a\u016a\xdc\u017b\u017d\xdf\u0105\u012f\u0101\u0107\xe4\xe5\u0119\u0113\u010d\xe9\u017a\u0117\u0123\u0137\u012b\u013c\u0161\u0144\u0146\xf3\u014d\xf5\xf6÷\u0173\u0142\u015b\u016b\xfc\u017c\u017e˙',
  ],
  [
    'cp1258',
    'cp1258 1258 windows_1258',
    '€\ufffe‚\u0192„…†‡ˆ‰\ufffe‹\u0152\ufffe\ufffe\ufffe\ufffe‘’“”•–—˜™\ufffe›\u0153\ufffe\ufffe\u0178\xa0¡¢£¤¥¦§¨©\xaa«¬\xad®¯°±²³´\xb5¶·¸¹\xba»¼½¾¿\xc0\xc1\xc2\u0102\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\u0300\xcd\xce\xcf\u0110\xd1\u0309\xd3\xd4\u01a0\xd6×\xd8\xd9\xda\xdb\xdc\u01af\u0303\xdf\xe0\xe1\xe2\u0103\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\u0301\xed\xee\xef\u0111\xf1\u0323\xf3\xf4\u01a1\xf6÷\xf8\xf9\xfa\xfb\xfc\u01b0₫\xff',
  ],
  [
    'cp273',
    'cp273 273 csibm273 ibm273',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \xa0\xe2{\xe0\xe1\xe3\xe5\xe7\xf1\xc4.<(+!&\xe9\xea\xeb\xe8\xed\xee\xef\xec~\xdc$*);^-/\xc2[\xc0\xc1\xc3\xc5\xc7\xd1\xf6,%_>?\xf8\xc9\xca\xcb\xc8\xcd\xce\xcf\xcc`:#§\x27="\xd8abcdefghi«»\xf0\xfd\xfe±°jklmnopqr\xaa\xba\xe6¸\xc6¤\xb5\xdfstuvwxyz¡¿\xd0\xdd\xde®¢£¥·©@¶¼½¾¬|‾¨´×\xe4ABCDEFGHI\xad\xf4¦\xf2\xf3\xf5\xfcJKLMNOPQR¹\xfb}\xf9\xfa\xff\xd6÷STUVWXYZ²\xd4\x5c\xd2\xd3\xd50123456789³\xdb]\xd9\xda\x9f',
  ],
  [
    'cp424',
    'cp424 424 csibm424 ebcdic_cp_he ibm424',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8¢.<(+|&\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1!$*);¬-/\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9¦,%_>?\ufffe\u05ea\ufffe\ufffe\xa0\ufffe\ufffe\ufffe‗`:#@\x27="\ufffeabcdefghi«»\ufffe\ufffe\ufffe±°jklmnopqr\ufffe\ufffe\ufffe¸\ufffe¤\xb5~stuvwxyz\ufffe\ufffe\ufffe\ufffe\ufffe®^£¥·©§¶¼½¾[]¯¨´×{ABCDEFGHI\xad\ufffe\ufffe\ufffe\ufffe\ufffe}JKLMNOPQR¹\ufffe\ufffe\ufffe\ufffe\ufffe\x5c÷STUVWXYZ²\ufffe\ufffe\ufffe\ufffe\ufffe0123456789³\ufffe\ufffe\ufffe\ufffe\x9f',
  ],
  [
    'cp437',
    'cp437 437 cspc8codepage437 ibm437',
    '\xc7\xfc\xe9\xe2\xe4\xe0\xe5\xe7\xea\xeb\xe8\xef\xee\xec\xc4\xc5\xc9\xe6\xc6\xf4\xf6\xf2\xfb\xf9\xff\xd6\xdc¢£¥₧\u0192\xe1\xed\xf3\xfa\xf1\xd1\xaa\xba¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03b1\xdf\u0393\u03c0\u03a3\u03c3\xb5\u03c4\u03a6\u0398\u03a9\u03b4∞\u03c6\u03b5∩≡±≥≤⌠⌡÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp500',
    'cp500 500 csibm500 ebcdic_cp_be ebcdic_cp_ch ibm500',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \xa0\xe2\xe4\xe0\xe1\xe3\xe5\xe7\xf1[.<(+!&\xe9\xea\xeb\xe8\xed\xee\xef\xec\xdf]$*);^-/\xc2\xc4\xc0\xc1\xc3\xc5\xc7\xd1¦,%_>?\xf8\xc9\xca\xcb\xc8\xcd\xce\xcf\xcc`:#@\x27="\xd8abcdefghi«»\xf0\xfd\xfe±°jklmnopqr\xaa\xba\xe6¸\xc6¤\xb5~stuvwxyz¡¿\xd0\xdd\xde®¢£¥·©§¶¼½¾¬|¯¨´×{ABCDEFGHI\xad\xf4\xf6\xf2\xf3\xf5}JKLMNOPQR¹\xfb\xfc\xf9\xfa\xff\x5c÷STUVWXYZ²\xd4\xd6\xd2\xd3\xd50123456789³\xdb\xdc\xd9\xda\x9f',
  ],
  [
    'cp720',
    'cp720',
    '\x80\x81\xe9\xe2\x84\xe0\x86\xe7\xea\xeb\xe8\xef\xee\x8d\x8e\x8f\x90\u0651\u0652\xf4¤\u0640\xfb\xf9\u0621\u0622\u0623\u0624£\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u0636\u0637\u0638\u0639\u063a\u0641\xb5\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a≡\u064b\u064c\u064d\u064e\u064f\u0650≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp737',
    'cp737',
    '\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03a1\u03a3\u03a4\u03a5\u03a6\u03a7\u03a8\u03a9\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03c1\u03c3\u03c2\u03c4\u03c5\u03c6\u03c7\u03c8░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03c9\u03ac\u03ad\u03ae\u03ca\u03af\u03cc\u03cd\u03cb\u03ce\u0386\u0388\u0389\u038a\u038c\u038e\u038f±≥≤\u03aa\u03ab÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp775',
    'cp775 775 cspc775baltic ibm775',
    '\u0106\xfc\xe9\u0101\xe4\u0123\xe5\u0107\u0142\u0113\u0156\u0157\u012b\u0179\xc4\xc5\xc9\xe6\xc6\u014d\xf6\u0122¢\u015a\u015b\xd6\xdc\xf8£\xd8×¤\u0100\u012a\xf3\u017b\u017c\u017a”¦©®¬½¼\u0141«»░▒▓│┤\u0104\u010c\u0118\u0116╣║╗╝\u012e\u0160┐└┴┬├─┼\u0172\u016a╚╔╩╦╠═╬\u017d\u0105\u010d\u0119\u0117\u012f\u0161\u0173\u016b\u017e┘┌█▄▌▐▀\xd3\xdf\u014c\u0143\xf5\xd5\xb5\u0144\u0136\u0137\u013b\u013c\u0146\u0112\u0145’\xad±“¾¶§÷„°∙·¹³²■\xa0',
  ],
  [
    'cp850',
    'cp850 850 cspc850multilingual ibm850',
    '\xc7\xfc\xe9\xe2\xe4\xe0\xe5\xe7\xea\xeb\xe8\xef\xee\xec\xc4\xc5\xc9\xe6\xc6\xf4\xf6\xf2\xfb\xf9\xff\xd6\xdc\xf8£\xd8×\u0192\xe1\xed\xf3\xfa\xf1\xd1\xaa\xba¿®¬½¼¡«»░▒▓│┤\xc1\xc2\xc0©╣║╗╝¢¥┐└┴┬├─┼\xe3\xc3╚╔╩╦╠═╬¤\xf0\xd0\xca\xcb\xc8\u0131\xcd\xce\xcf┘┌█▄¦\xcc▀\xd3\xdf\xd4\xd2\xf5\xd5\xb5\xfe\xde\xda\xdb\xd9\xfd\xdd¯´\xad±‗¾¶§÷¸°¨·¹³²■\xa0',
  ],
  [
    'cp852',
    'cp852 852 cspcp852 ibm852',
    '\xc7\xfc\xe9\xe2\xe4\u016f\u0107\xe7\u0142\xeb\u0150\u0151\xee\u0179\xc4\u0106\xc9\u0139\u013a\xf4\xf6\u013d\u013e\u015a\u015b\xd6\xdc\u0164\u0165\u0141×\u010d\xe1\xed\xf3\xfa\u0104\u0105\u017d\u017e\u0118\u0119¬\u017a\u010c\u015f«»░▒▓│┤\xc1\xc2\u011a\u015e╣║╗╝\u017b\u017c┐└┴┬├─┼\u0102\u0103╚╔╩╦╠═╬¤\u0111\u0110\u010e\xcb\u010f\u0147\xcd\xce\u011b┘┌█▄\u0162\u016e▀\xd3\xdf\xd4\u0143\u0144\u0148\u0160\u0161\u0154\xda\u0155\u0170\xfd\xdd\u0163´\xad˝˛ˇ˘§÷¸°¨˙\u0171\u0158\u0159■\xa0',
  ],
  [
    'cp855',
    'cp855 855 csibm855 ibm855',
    '\u0452\u0402\u0453\u0403\u0451\u0401\u0454\u0404\u0455\u0405\u0456\u0406\u0457\u0407\u0458\u0408\u0459\u0409\u045a\u040a\u045b\u040b\u045c\u040c\u045e\u040e\u045f\u040f\u044e\u042e\u044a\u042a\u0430\u0410\u0431\u0411\u0446\u0426\u0434\u0414\u0435\u0415\u0444\u0424\u0433\u0413«»░▒▓│┤\u0445\u0425\u0438\u0418╣║╗╝\u0439\u0419┐└┴┬├─┼\u043a\u041a╚╔╩╦╠═╬¤\u043b\u041b\u043c\u041c\u043d\u041d\u043e\u041e\u043f┘┌█▄\u041f\u044f▀\u042f\u0440\u0420\u0441\u0421\u0442\u0422\u0443\u0423\u0436\u0416\u0432\u0412\u044c\u042c№\xad\u044b\u042b\u0437\u0417\u0448\u0428\u044d\u042d\u0449\u0429\u0447\u0427§■\xa0',
  ],
  [
    'cp856',
    'cp856',
    '\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffe£\ufffe×\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe®¬½¼\ufffe«»░▒▓│┤\ufffe\ufffe\ufffe©╣║╗╝¢¥┐└┴┬├─┼\ufffe\ufffe╚╔╩╦╠═╬¤\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe┘┌█▄¦\ufffe▀\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\xb5\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe¯´\xad±‗¾¶§÷¸°¨·¹³²■\xa0',
  ],
  [
    'cp857',
    'cp857 857 csibm857 ibm857',
    '\xc7\xfc\xe9\xe2\xe4\xe0\xe5\xe7\xea\xeb\xe8\xef\xee\u0131\xc4\xc5\xc9\xe6\xc6\xf4\xf6\xf2\xfb\xf9\u0130\xd6\xdc\xf8£\xd8\u015e\u015f\xe1\xed\xf3\xfa\xf1\xd1\u011e\u011f¿®¬½¼¡«»░▒▓│┤\xc1\xc2\xc0©╣║╗╝¢¥┐└┴┬├─┼\xe3\xc3╚╔╩╦╠═╬¤\xba\xaa\xca\xcb\xc8\ufffe\xcd\xce\xcf┘┌█▄¦\xcc▀\xd3\xdf\xd4\xd2\xf5\xd5\xb5\ufffe×\xda\xdb\xd9\xec\xff¯´\xad±\ufffe¾¶§÷¸°¨·¹³²■\xa0',
  ],
  [
    'cp858',
    'cp858 858 csibm858 ibm858',
    '\xc7\xfc\xe9\xe2\xe4\xe0\xe5\xe7\xea\xeb\xe8\xef\xee\xec\xc4\xc5\xc9\xe6\xc6\xf4\xf6\xf2\xfb\xf9\xff\xd6\xdc\xf8£\xd8×\u0192\xe1\xed\xf3\xfa\xf1\xd1\xaa\xba¿®¬½¼¡«»░▒▓│┤\xc1\xc2\xc0©╣║╗╝¢¥┐└┴┬├─┼\xe3\xc3╚╔╩╦╠═╬¤\xf0\xd0\xca\xcb\xc8€\xcd\xce\xcf┘┌█▄¦\xcc▀\xd3\xdf\xd4\xd2\xf5\xd5\xb5\xfe\xde\xda\xdb\xd9\xfd\xdd¯´\xad±‗¾¶§÷¸°¨·¹³²■\xa0',
  ],
  [
    'cp860',
    'cp860 860 csibm860 ibm860',
    '\xc7\xfc\xe9\xe2\xe3\xe0\xc1\xe7\xea\xca\xe8\xcd\xd4\xec\xc3\xc2\xc9\xc0\xc8\xf4\xf5\xf2\xda\xf9\xcc\xd5\xdc¢£\xd9₧\xd3\xe1\xed\xf3\xfa\xf1\xd1\xaa\xba¿\xd2¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03b1\xdf\u0393\u03c0\u03a3\u03c3\xb5\u03c4\u03a6\u0398\u03a9\u03b4∞\u03c6\u03b5∩≡±≥≤⌠⌡÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp861',
    'cp861 861 cp_is csibm861 ibm861',
    '\xc7\xfc\xe9\xe2\xe4\xe0\xe5\xe7\xea\xeb\xe8\xd0\xf0\xde\xc4\xc5\xc9\xe6\xc6\xf4\xf6\xfe\xfb\xdd\xfd\xd6\xdc\xf8£\xd8₧\u0192\xe1\xed\xf3\xfa\xc1\xcd\xd3\xda¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03b1\xdf\u0393\u03c0\u03a3\u03c3\xb5\u03c4\u03a6\u0398\u03a9\u03b4∞\u03c6\u03b5∩≡±≥≤⌠⌡÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp862',
    'cp862 862 cspc862latinhebrew ibm862',
    '\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea¢£¥₧\u0192\xe1\xed\xf3\xfa\xf1\xd1\xaa\xba¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03b1\xdf\u0393\u03c0\u03a3\u03c3\xb5\u03c4\u03a6\u0398\u03a9\u03b4∞\u03c6\u03b5∩≡±≥≤⌠⌡÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp863',
    'cp863 863 csibm863 ibm863',
    '\xc7\xfc\xe9\xe2\xc2\xe0¶\xe7\xea\xeb\xe8\xef\xee‗\xc0§\xc9\xc8\xca\xf4\xcb\xcf\xfb\xf9¤\xd4\xdc¢£\xd9\xdb\u0192¦´\xf3\xfa¨¸³¯\xce⌐¬½¼¾«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03b1\xdf\u0393\u03c0\u03a3\u03c3\xb5\u03c4\u03a6\u0398\u03a9\u03b4∞\u03c6\u03b5∩≡±≥≤⌠⌡÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp864',
    'cp864 864 csibm864 ibm864',
    '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f !"#$٪&\x27()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\x5c]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f°·∙√▒─│┼┤┬├┴┐┌└┘\u03b2∞\u03c6±½¼≈«»\ufef7\ufef8\ufffe\ufffe\ufefb\ufefc\ufffe\xa0\xad\ufe82£¤\ufe84\ufffe\ufffe\ufe8e\ufe8f\ufe95\ufe99،\ufe9d\ufea1\ufea5٠١٢٣٤٥٦٧٨٩\ufed1\u061b\ufeb1\ufeb5\ufeb9\u061f¢\ufe80\ufe81\ufe83\ufe85\ufeca\ufe8b\ufe8d\ufe91\ufe93\ufe97\ufe9b\ufe9f\ufea3\ufea7\ufea9\ufeab\ufead\ufeaf\ufeb3\ufeb7\ufebb\ufebf\ufec1\ufec5\ufecb\ufecf¦¬÷×\ufec9\u0640\ufed3\ufed7\ufedb\ufedf\ufee3\ufee7\ufeeb\ufeed\ufeef\ufef3\ufebd\ufecc\ufece\ufecd\ufee1\ufe7d\u0651\ufee5\ufee9\ufeec\ufef0\ufef2\ufed0\ufed5\ufef5\ufef6\ufedd\ufed9\ufef1■\ufffe',
  ],
  [
    'cp865',
    'cp865 865 csibm865 ibm865',
    '\xc7\xfc\xe9\xe2\xe4\xe0\xe5\xe7\xea\xeb\xe8\xef\xee\xec\xc4\xc5\xc9\xe6\xc6\xf4\xf6\xf2\xfb\xf9\xff\xd6\xdc\xf8£\xd8₧\u0192\xe1\xed\xf3\xfa\xf1\xd1\xaa\xba¿⌐¬½¼¡«¤░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u03b1\xdf\u0393\u03c0\u03a3\u03c3\xb5\u03c4\u03a6\u0398\u03a9\u03b4∞\u03c6\u03b5∩≡±≥≤⌠⌡÷≈°∙·√\u207f²■\xa0',
  ],
  [
    'cp866',
    'cp866 866 csibm866 ibm866',
    '\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f\u0401\u0451\u0404\u0454\u0407\u0457\u040e\u045e°∙·√№¤■\xa0',
  ],
  [
    'cp869',
    'cp869 869 cp_gr csibm869 ibm869',
    '\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\u0386\ufffe·¬¦‘’\u0388―\u0389\u038a\u03aa\u038c\ufffe\ufffe\u038e\u03ab©\u038f²³\u03ac£\u03ad\u03ae\u03af\u03ca\u0390\u03cc\u03cd\u0391\u0392\u0393\u0394\u0395\u0396\u0397½\u0398\u0399«»░▒▓│┤\u039a\u039b\u039c\u039d╣║╗╝\u039e\u039f┐└┴┬├─┼\u03a0\u03a1╚╔╩╦╠═╬\u03a3\u03a4\u03a5\u03a6\u03a7\u03a8\u03a9\u03b1\u03b2\u03b3┘┌█▄\u03b4\u03b5▀\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03c1\u03c3\u03c2\u03c4΄\xad±\u03c5\u03c6\u03c7§\u03c8΅°¨\u03c9\u03cb\u03b0\u03ce■\xa0',
  ],
  [
    'cp874',
    'cp874',
    '€\ufffe\ufffe\ufffe\ufffe…\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe‘’“”•–—\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\xa0\u0e01\u0e02\u0e03\u0e04\u0e05\u0e06\u0e07\u0e08\u0e09\u0e0a\u0e0b\u0e0c\u0e0d\u0e0e\u0e0f\u0e10\u0e11\u0e12\u0e13\u0e14\u0e15\u0e16\u0e17\u0e18\u0e19\u0e1a\u0e1b\u0e1c\u0e1d\u0e1e\u0e1f\u0e20\u0e21\u0e22\u0e23\u0e24\u0e25\u0e26\u0e27\u0e28\u0e29\u0e2a\u0e2b\u0e2c\u0e2d\u0e2e\u0e2f\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\ufffe\ufffe\ufffe\ufffe฿\u0e40\u0e41\u0e42\u0e43\u0e44\u0e45\u0e46\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e4f\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59\u0e5a\u0e5b\ufffe\ufffe\ufffe\ufffe',
  ],
  [
    'cp875',
    'cp875',
    '\x00\x01\x02\x03\x9c\x09\x86\x7f\x97\x8d\x8e\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x9d\x85\x08\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f\x80\x81\x82\x83\x84\x0a\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a \u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399[.<(+!&\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03a1\u03a3]$*);^-/\u03a4\u03a5\u03a6\u03a7\u03a8\u03a9\u03aa\u03ab|,%_>?¨\u0386\u0388\u0389\xa0\u038a\u038c\u038e\u038f`:#@\x27="΅abcdefghi\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6°jklmnopqr\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc´~stuvwxyz\u03bd\u03be\u03bf\u03c0\u03c1\u03c3£\u03ac\u03ad\u03ae\u03ca\u03af\u03cc\u03cd\u03cb\u03ce\u03c2\u03c4\u03c5\u03c6\u03c7\u03c8{ABCDEFGHI\xad\u03c9\u0390\u03b0‘―}JKLMNOPQR±½\x1a·’¦\x5c\x1aSTUVWXYZ²§\x1a\x1a«¬0123456789³©\x1a\x1a»\x9f',
  ],
  [
    'hp-roman8',
    'hp_roman8 cp1051 csHPRoman8 ibm1051 r8 roman8',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xc0\xc2\xc8\xca\xcb\xce\xcf´ˋˆ¨˜\xd9\xdb₤¯\xdd\xfd°\xc7\xe7\xd1\xf1¡¿¤£¥§\u0192¢\xe2\xea\xf4\xfb\xe1\xe9\xf3\xfa\xe0\xe8\xf2\xf9\xe4\xeb\xf6\xfc\xc5\xee\xd8\xc6\xe5\xed\xf8\xe6\xc4\xec\xd6\xdc\xc9\xef\xdf\xd4\xc1\xc3\xe3\xd0\xf0\xcd\xcc\xd3\xd2\xd5\xf5\u0160\u0161\xda\u0178\xff\xde\xfe·\xb5¶¾—¼½\xaa\xba«■»±\ufffe',
  ],
  [
    'iso8859-10',
    'iso8859_10 csisolatin6 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 latin6',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0104\u0112\u0122\u012a\u0128\u0136§\u013b\u0110\u0160\u0166\u017d\xad\u016a\u014a°\u0105\u0113\u0123\u012b\u0129\u0137·\u013c\u0111\u0161\u0167\u017e―\u016b\u014b\u0100\xc1\xc2\xc3\xc4\xc5\xc6\u012e\u010c\xc9\u0118\xcb\u0116\xcd\xce\xcf\xd0\u0145\u014c\xd3\xd4\xd5\xd6\u0168\xd8\u0172\xda\xdb\xdc\xdd\xde\xdf\u0101\xe1\xe2\xe3\xe4\xe5\xe6\u012f\u010d\xe9\u0119\xeb\u0117\xed\xee\xef\xf0\u0146\u014d\xf3\xf4\xf5\xf6\u0169\xf8\u0173\xfa\xfb\xfc\xfd\xfe\u0138',
  ],
  [
    'iso8859-11',
    'iso8859_11 iso_8859_11 iso_8859_11_2001 thai',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0e01\u0e02\u0e03\u0e04\u0e05\u0e06\u0e07\u0e08\u0e09\u0e0a\u0e0b\u0e0c\u0e0d\u0e0e\u0e0f\u0e10\u0e11\u0e12\u0e13\u0e14\u0e15\u0e16\u0e17\u0e18\u0e19\u0e1a\u0e1b\u0e1c\u0e1d\u0e1e\u0e1f\u0e20\u0e21\u0e22\u0e23\u0e24\u0e25\u0e26\u0e27\u0e28\u0e29\u0e2a\u0e2b\u0e2c\u0e2d\u0e2e\u0e2f\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\ufffe\ufffe\ufffe\ufffe฿\u0e40\u0e41\u0e42\u0e43\u0e44\u0e45\u0e46\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e4f\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59\u0e5a\u0e5b\ufffe\ufffe\ufffe\ufffe',
  ],
  [
    'iso8859-13',
    'iso8859_13 iso_8859_13 l7 latin7',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0”¢£¤„¦§\xd8©\u0156«¬\xad®\xc6°±²³“\xb5¶·\xf8¹\u0157»¼½¾\xe6\u0104\u012e\u0100\u0106\xc4\xc5\u0118\u0112\u010c\xc9\u0179\u0116\u0122\u0136\u012a\u013b\u0160\u0143\u0145\xd3\u014c\xd5\xd6×\u0172\u0141\u015a\u016a\xdc\u017b\u017d\xdf\u0105\u012f\u0101\u0107\xe4\xe5\u0119\u0113\u010d\xe9\u017a\u0117\u0123\u0137\u012b\u013c\u0161\u0144\u0146\xf3\u014d\xf5\xf6÷\u0173\u0142\u015b\u016b\xfc\u017c\u017e’',
  ],
  [
    'iso8859-14',
    'iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u1e02\u1e03£\u010a\u010b\u1e0a§\u1e80©\u1e82\u1e0b\u1ef2\xad®\u0178\u1e1e\u1e1f\u0120\u0121\u1e40\u1e41¶\u1e56\u1e81\u1e57\u1e83\u1e60\u1ef3\u1e84\u1e85\u1e61\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\u0174\xd1\xd2\xd3\xd4\xd5\xd6\u1e6a\xd8\xd9\xda\xdb\xdc\xdd\u0176\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\u0175\xf1\xf2\xf3\xf4\xf5\xf6\u1e6b\xf8\xf9\xfa\xfb\xfc\xfd\u0177\xff',
  ],
  [
    'iso8859-15',
    'iso8859_15 iso_8859_15 l9 latin9',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0¡¢£€¥\u0160§\u0161©\xaa«¬\xad®¯°±²³\u017d\xb5¶·\u017e¹\xba»\u0152\u0153\u0178¿\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6×\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf0\xf1\xf2\xf3\xf4\xf5\xf6÷\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff',
  ],
  [
    'iso8859-16',
    'iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0104\u0105\u0141€„\u0160§\u0161©\u0218«\u0179\xad\u017a\u017b°±\u010c\u0142\u017d”¶·\u017e\u010d\u0219»\u0152\u0153\u0178\u017c\xc0\xc1\xc2\u0102\xc4\u0106\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\u0110\u0143\xd2\xd3\xd4\u0150\xd6\u015a\u0170\xd9\xda\xdb\xdc\u0118\u021a\xdf\xe0\xe1\xe2\u0103\xe4\u0107\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\u0111\u0144\xf2\xf3\xf4\u0151\xf6\u015b\u0171\xf9\xfa\xfb\xfc\u0119\u021b\xff',
  ],
  [
    'iso8859-2',
    'iso8859_2 csisolatin2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 latin2',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0104˘\u0141¤\u013d\u015a§¨\u0160\u015e\u0164\u0179\xad\u017d\u017b°\u0105˛\u0142´\u013e\u015bˇ¸\u0161\u015f\u0165\u017a˝\u017e\u017c\u0154\xc1\xc2\u0102\xc4\u0139\u0106\xc7\u010c\xc9\u0118\xcb\u011a\xcd\xce\u010e\u0110\u0143\u0147\xd3\xd4\u0150\xd6×\u0158\u016e\xda\u0170\xdc\xdd\u0162\xdf\u0155\xe1\xe2\u0103\xe4\u013a\u0107\xe7\u010d\xe9\u0119\xeb\u011b\xed\xee\u010f\u0111\u0144\u0148\xf3\xf4\u0151\xf6÷\u0159\u016f\xfa\u0171\xfc\xfd\u0163˙',
  ],
  [
    'iso8859-3',
    'iso8859_3 csisolatin3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 latin3',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0126˘£¤\ufffe\u0124§¨\u0130\u015e\u011e\u0134\xad\ufffe\u017b°\u0127²³´\xb5\u0125·¸\u0131\u015f\u011f\u0135½\ufffe\u017c\xc0\xc1\xc2\ufffe\xc4\u010a\u0108\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\ufffe\xd1\xd2\xd3\xd4\u0120\xd6×\u011c\xd9\xda\xdb\xdc\u016c\u015c\xdf\xe0\xe1\xe2\ufffe\xe4\u010b\u0109\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\ufffe\xf1\xf2\xf3\xf4\u0121\xf6÷\u011d\xf9\xfa\xfb\xfc\u016d\u015d˙',
  ],
  [
    'iso8859-4',
    'iso8859_4 csisolatin4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 latin4',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0104\u0138\u0156¤\u0128\u013b§¨\u0160\u0112\u0122\u0166\xad\u017d¯°\u0105˛\u0157´\u0129\u013cˇ¸\u0161\u0113\u0123\u0167\u014a\u017e\u014b\u0100\xc1\xc2\xc3\xc4\xc5\xc6\u012e\u010c\xc9\u0118\xcb\u0116\xcd\xce\u012a\u0110\u0145\u014c\u0136\xd4\xd5\xd6×\xd8\u0172\xda\xdb\xdc\u0168\u016a\xdf\u0101\xe1\xe2\xe3\xe4\xe5\xe6\u012f\u010d\xe9\u0119\xeb\u0117\xed\xee\u012b\u0111\u0146\u014d\u0137\xf4\xf5\xf6÷\xf8\u0173\xfa\xfb\xfc\u0169\u016b˙',
  ],
  [
    'iso8859-5',
    'iso8859_5 csisolatincyrillic cyrillic iso_8859_5 iso_8859_5_1988 iso_ir_144',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\u0401\u0402\u0403\u0404\u0405\u0406\u0407\u0408\u0409\u040a\u040b\u040c\xad\u040e\u040f\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f№\u0451\u0452\u0453\u0454\u0455\u0456\u0457\u0458\u0459\u045a\u045b\u045c§\u045e\u045f',
  ],
  [
    'iso8859-6',
    'iso8859_6 arabic asmo_708 csisolatinarabic ecma_114 iso_8859_6 iso_8859_6_1987 iso_ir_127',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\ufffe\ufffe\ufffe¤\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe،\xad\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\u061b\ufffe\ufffe\ufffe\u061f\ufffe\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a\ufffe\ufffe\ufffe\ufffe\ufffe\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe',
  ],
  [
    'iso8859-7',
    'iso8859_7 csisolatingreek ecma_118 elot_928 greek greek8 iso_8859_7 iso_8859_7_1987 iso_ir_126',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0‘’£€₯¦§¨©\u037a«¬\xad\ufffe―°±²³΄΅\u0386·\u0388\u0389\u038a»\u038c½\u038e\u038f\u0390\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03a1\ufffe\u03a3\u03a4\u03a5\u03a6\u03a7\u03a8\u03a9\u03aa\u03ab\u03ac\u03ad\u03ae\u03af\u03b0\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03c1\u03c2\u03c3\u03c4\u03c5\u03c6\u03c7\u03c8\u03c9\u03ca\u03cb\u03cc\u03cd\u03ce\ufffe',
  ],
  [
    'iso8859-8',
    'iso8859_8 csisolatinhebrew hebrew iso_8859_8 iso_8859_8_1988 iso_ir_138',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\ufffe¢£¤¥¦§¨©×«¬\xad®¯°±²³´\xb5¶·¸¹÷»¼½¾\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe\ufffe‗\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffe\ufffe\u200e\u200f\ufffe',
  ],
  [
    'iso8859-9',
    'iso8859_9 csisolatin5 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0¡¢£¤¥¦§¨©\xaa«¬\xad®¯°±²³´\xb5¶·¸¹\xba»¼½¾¿\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\u011e\xd1\xd2\xd3\xd4\xd5\xd6×\xd8\xd9\xda\xdb\xdc\u0130\u015e\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\u011f\xf1\xf2\xf3\xf4\xf5\xf6÷\xf8\xf9\xfa\xfb\xfc\u0131\u015f\xff',
  ],
  [
    'koi8-r',
    'koi8_r cskoi8r',
    '─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\xa0⌡°²·÷═║╒\u0451╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡\u0401╢╣╤╥╦╧╨╩╪╫╬©\u044e\u0430\u0431\u0446\u0434\u0435\u0444\u0433\u0445\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u044f\u0440\u0441\u0442\u0443\u0436\u0432\u044c\u044b\u0437\u0448\u044d\u0449\u0447\u044a\u042e\u0410\u0411\u0426\u0414\u0415\u0424\u0413\u0425\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u042f\u0420\u0421\u0422\u0423\u0416\u0412\u042c\u042b\u0417\u0428\u042d\u0429\u0427\u042a',
  ],
  [
    'koi8-t',
    'koi8_t',
    '\u049b\u0493‚\u0492„…†‡\ufffe‰\u04b3‹\u04b2\u04b7\u04b6\ufffe\u049a‘’“”•–—\ufffe™\ufffe›\ufffe\ufffe\ufffe\ufffe\ufffe\u04ef\u04ee\u0451¤\u04e3¦§\ufffe\ufffe\ufffe«¬\xad®\ufffe°±²\u0401\ufffe\u04e2¶·\ufffe№\ufffe»\ufffe\ufffe\ufffe©\u044e\u0430\u0431\u0446\u0434\u0435\u0444\u0433\u0445\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u044f\u0440\u0441\u0442\u0443\u0436\u0432\u044c\u044b\u0437\u0448\u044d\u0449\u0447\u044a\u042e\u0410\u0411\u0426\u0414\u0415\u0424\u0413\u0425\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u042f\u0420\u0421\u0422\u0423\u0416\u0412\u042c\u042b\u0417\u0428\u042d\u0429\u0427\u042a',
  ],
  [
    'koi8-u',
    'koi8_u',
    '─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\xa0⌡°²·÷═║╒\u0451\u0454╔\u0456\u0457╗╘╙╚╛\u0491╝╞╟╠╡\u0401\u0404╣\u0406\u0407╦╧╨╩╪\u0490╬©\u044e\u0430\u0431\u0446\u0434\u0435\u0444\u0433\u0445\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u044f\u0440\u0441\u0442\u0443\u0436\u0432\u044c\u044b\u0437\u0448\u044d\u0449\u0447\u044a\u042e\u0410\u0411\u0426\u0414\u0415\u0424\u0413\u0425\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u042f\u0420\u0421\u0422\u0423\u0416\u0412\u042c\u042b\u0417\u0428\u042d\u0429\u0427\u042a',
  ],
  [
    'kz1048',
    'kz1048 kz_1048 rk1048 strk1048_2002',
    '\u0402\u0403‚\u0453„…†‡€‰\u0409‹\u040a\u049a\u04ba\u040f\u0452‘’“”•–—\ufffe™\u0459›\u045a\u049b\u04bb\u045f\xa0\u04b0\u04b1\u04d8¤\u04e8¦§\u0401©\u0492«¬\xad®\u04ae°±\u0406\u0456\u04e9\xb5¶·\u0451№\u0493»\u04d9\u04a2\u04a3\u04af\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f',
  ],
  [
    'mac-arabic',
    'mac_arabic',
    '\xc4\xa0\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\u06ba«\xe7\xe9\xe8\xea\xeb\xed…\xee\xef\xf1\xf3»\xf4\xf6÷\xfa\xf9\xfb\xfc !"#$٪&\x27()*+،-./٠١٢٣٤٥٦٧٨٩:\u061b<=>\u061f❊\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a[\x5c]^_\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u067e\u0679\u0686\u06d5\u06a4\u06af\u0688\u0691{|}\u0698\u06d2',
  ],
  [
    'mac-croatian',
    'mac_croatian',
    '\xc4\xc5\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\xe3\xe5\xe7\xe9\xe8\xea\xeb\xed\xec\xee\xef\xf1\xf3\xf2\xf4\xf6\xf5\xfa\xf9\xfb\xfc†°¢£§•¶\xdf®\u0160™´¨≠\u017d\xd8∞±≤≥∆\xb5∂∑∏\u0161∫\xaa\xba\u03a9\u017e\xf8¿¡¬√\u0192≈\u0106«\u010c…\xa0\xc0\xc3\xd5\u0152\u0153\u0110—“”‘’÷◊\uf8ff©⁄€‹›\xc6»–·‚„‰\xc2\u0107\xc1\u010d\xc8\xcd\xce\xcf\xcc\xd3\xd4\u0111\xd2\xda\xdb\xd9\u0131ˆ˜¯\u03c0\xcb˚¸\xca\xe6ˇ',
  ],
  [
    'mac-cyrillic',
    'mac_cyrillic maccyrillic',
    '\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f†°\u0490£§•¶\u0406®©™\u0402\u0452≠\u0403\u0453∞±≤≥\u0456\xb5\u0491\u0408\u0404\u0454\u0407\u0457\u0409\u0459\u040a\u045a\u0458\u0405¬√\u0192≈∆«»…\xa0\u040b\u045b\u040c\u045c\u0455–—“”‘’÷„\u040e\u045e\u040f\u045f№\u0401\u0451\u044f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e€',
  ],
  [
    'mac-farsi',
    'mac_farsi',
    '\xc4\xa0\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\u06ba«\xe7\xe9\xe8\xea\xeb\xed…\xee\xef\xf1\xf3»\xf4\xf6÷\xfa\xf9\xfb\xfc !"#$٪&\x27()*+،-./۰۱۲۳۴۵۶۷۸۹:\u061b<=>\u061f❊\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a[\x5c]^_\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u067e\u0679\u0686\u06d5\u06a4\u06af\u0688\u0691{|}\u0698\u06d2',
  ],
  [
    'mac-greek',
    'mac_greek macgreek',
    '\xc4¹²\xc9³\xd6\xdc΅\xe0\xe2\xe4΄¨\xe7\xe9\xe8\xea\xeb£™\xee\xef•½‰\xf4\xf6¦€\xf9\xfb\xfc†\u0393\u0394\u0398\u039b\u039e\u03a0\xdf®©\u03a3\u03aa§≠°·\u0391±≤≥¥\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u03a6\u03ab\u03a8\u03a9\u03ac\u039d¬\u039f\u03a1≈\u03a4«»…\xa0\u03a5\u03a7\u0386\u0388\u0153–―“”‘’÷\u0389\u038a\u038c\u038e\u03ad\u03ae\u03af\u03cc\u038f\u03cd\u03b1\u03b2\u03c8\u03b4\u03b5\u03c6\u03b3\u03b7\u03b9\u03be\u03ba\u03bb\u03bc\u03bd\u03bf\u03c0\u03ce\u03c1\u03c3\u03c4\u03b8\u03c9\u03c2\u03c7\u03c5\u03b6\u03ca\u03cb\u0390\u03b0\xad',
  ],
  [
    'mac-iceland',
    'mac_iceland maciceland',
    '\xc4\xc5\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\xe3\xe5\xe7\xe9\xe8\xea\xeb\xed\xec\xee\xef\xf1\xf3\xf2\xf4\xf6\xf5\xfa\xf9\xfb\xfc\xdd°¢£§•¶\xdf®©™´¨≠\xc6\xd8∞±≤≥¥\xb5∂∑∏\u03c0∫\xaa\xba\u03a9\xe6\xf8¿¡¬√\u0192≈∆«»…\xa0\xc0\xc3\xd5\u0152\u0153–—“”‘’÷◊\xff\u0178⁄€\xd0\xf0\xde\xfe\xfd·‚„‰\xc2\xca\xc1\xcb\xc8\xcd\xce\xcf\xcc\xd3\xd4\uf8ff\xd2\xda\xdb\xd9\u0131ˆ˜¯˘˙˚¸˝˛ˇ',
  ],
  [
    'mac-latin2',
    'mac_latin2 mac_centeuro maccentraleurope maclatin2',
    '\xc4\u0100\u0101\xc9\u0104\xd6\xdc\xe1\u0105\u010c\xe4\u010d\u0106\u0107\xe9\u0179\u017a\u010e\xed\u010f\u0112\u0113\u0116\xf3\u0117\xf4\xf6\xf5\xfa\u011a\u011b\xfc†°\u0118£§•¶\xdf®©™\u0119¨≠\u0123\u012e\u012f\u012a≤≥\u012b\u0136∂∑\u0142\u013b\u013c\u013d\u013e\u0139\u013a\u0145\u0146\u0143¬√\u0144\u0147∆«»…\xa0\u0148\u0150\xd5\u0151\u014c–—“”‘’÷◊\u014d\u0154\u0155\u0158‹›\u0159\u0156\u0157\u0160‚„\u0161\u015a\u015b\xc1\u0164\u0165\xcd\u017d\u017e\u016a\xd3\xd4\u016b\u016e\xda\u016f\u0170\u0171\u0172\u0173\xdd\xfd\u0137\u017b\u0141\u017c\u0122ˇ',
  ],
  [
    'mac-roman',
    'mac_roman macintosh macroman',
    '\xc4\xc5\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\xe3\xe5\xe7\xe9\xe8\xea\xeb\xed\xec\xee\xef\xf1\xf3\xf2\xf4\xf6\xf5\xfa\xf9\xfb\xfc†°¢£§•¶\xdf®©™´¨≠\xc6\xd8∞±≤≥¥\xb5∂∑∏\u03c0∫\xaa\xba\u03a9\xe6\xf8¿¡¬√\u0192≈∆«»…\xa0\xc0\xc3\xd5\u0152\u0153–—“”‘’÷◊\xff\u0178⁄€‹›\ufb01\ufb02‡·‚„‰\xc2\xca\xc1\xcb\xc8\xcd\xce\xcf\xcc\xd3\xd4\uf8ff\xd2\xda\xdb\xd9\u0131ˆ˜¯˘˙˚¸˝˛ˇ',
  ],
  [
    'mac-romanian',
    'mac_romanian',
    '\xc4\xc5\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\xe3\xe5\xe7\xe9\xe8\xea\xeb\xed\xec\xee\xef\xf1\xf3\xf2\xf4\xf6\xf5\xfa\xf9\xfb\xfc†°¢£§•¶\xdf®©™´¨≠\u0102\u0218∞±≤≥¥\xb5∂∑∏\u03c0∫\xaa\xba\u03a9\u0103\u0219¿¡¬√\u0192≈∆«»…\xa0\xc0\xc3\xd5\u0152\u0153–—“”‘’÷◊\xff\u0178⁄€‹›\u021a\u021b‡·‚„‰\xc2\xca\xc1\xcb\xc8\xcd\xce\xcf\xcc\xd3\xd4\uf8ff\xd2\xda\xdb\xd9\u0131ˆ˜¯˘˙˚¸˝˛ˇ',
  ],
  [
    'mac-turkish',
    'mac_turkish macturkish',
    '\xc4\xc5\xc7\xc9\xd1\xd6\xdc\xe1\xe0\xe2\xe4\xe3\xe5\xe7\xe9\xe8\xea\xeb\xed\xec\xee\xef\xf1\xf3\xf2\xf4\xf6\xf5\xfa\xf9\xfb\xfc†°¢£§•¶\xdf®©™´¨≠\xc6\xd8∞±≤≥¥\xb5∂∑∏\u03c0∫\xaa\xba\u03a9\xe6\xf8¿¡¬√\u0192≈∆«»…\xa0\xc0\xc3\xd5\u0152\u0153–—“”‘’÷◊\xff\u0178\u011e\u011f\u0130\u0131\u015e\u015f‡·‚„‰\xc2\xca\xc1\xcb\xc8\xcd\xce\xcf\xcc\xd3\xd4\uf8ff\xd2\xda\xdb\xd9\uf8a0ˆ˜¯˘˙˚¸˝˛ˇ',
  ],
  [
    'palmos',
    'palmos',
    '€\x81‚\u0192„…†‡ˆ‰\u0160‹\u0152♦♣♥♠‘’“”•–—˜™\u0161\x9b\u0153\x9d\x9e\u0178\xa0¡¢£¤¥¦§¨©\xaa«¬\xad®¯°±²³´\xb5¶·¸¹\xba»¼½¾¿\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6×\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf0\xf1\xf2\xf3\xf4\xf5\xf6÷\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff',
  ],
  [
    'ptcp154',
    'ptcp154 cp154 csptcp154 cyrillic_asian pt154',
    '\u0496\u0492\u04ee\u0493„…\u04b6\u04ae\u04b2\u04af\u04a0\u04e2\u04a2\u049a\u04ba\u04b8\u0497‘’“”•–—\u04b3\u04b7\u04a1\u04e3\u04a3\u049b\u04bb\u04b9\xa0\u040e\u045e\u0408\u04e8\u0498\u04b0§\u0401©\u04d8«¬\u04ef®\u049c°\u04b1\u0406\u0456\u0499\u04e9¶·\u0451№\u04d9»\u0458\u04aa\u04ab\u049d\u0410\u0411\u0412\u0413\u0414\u0415\u0416\u0417\u0418\u0419\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0439\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f',
  ],
  [
    'tis-620',
    'tis_620 iso_ir_166 tis620 tis_620_0 tis_620_2529_0 tis_620_2529_1',
    '\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\ufffe\u0e01\u0e02\u0e03\u0e04\u0e05\u0e06\u0e07\u0e08\u0e09\u0e0a\u0e0b\u0e0c\u0e0d\u0e0e\u0e0f\u0e10\u0e11\u0e12\u0e13\u0e14\u0e15\u0e16\u0e17\u0e18\u0e19\u0e1a\u0e1b\u0e1c\u0e1d\u0e1e\u0e1f\u0e20\u0e21\u0e22\u0e23\u0e24\u0e25\u0e26\u0e27\u0e28\u0e29\u0e2a\u0e2b\u0e2c\u0e2d\u0e2e\u0e2f\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\ufffe\ufffe\ufffe\ufffe฿\u0e40\u0e41\u0e42\u0e43\u0e44\u0e45\u0e46\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e4f\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59\u0e5a\u0e5b\ufffe\ufffe\ufffe\ufffe',
  ],
];
