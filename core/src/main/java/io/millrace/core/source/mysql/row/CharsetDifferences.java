package io.millrace.core.source.mysql.row;

import java.util.HashMap;
import java.util.Map;

/**
 * Where MySQL's charsets differ from those of the JDK that are nearest, or from Latin 1 where the
 * JDK has none.
 *
 * <p><i>Source:</i> {@code CONVERT(c USING ucs2)} of every code on MySQL 8.0.33, which MariaDB
 * 11.4.5 agrees with.
 */
final class CharsetDifferences {
  /** A charset, then codes or runs of codes with the character of the first, all in hex. */
  private static final String TEXT =
      """
      armscii8:
      a1=2741 a2=a7 a3=589 a4=29 a5=28 a6=bb a7=ab a8=2014 a9=2e aa=55d ab-ac=2c ad=55f
      ae=2026 af=55c b0=55b b1=55e b2=531 b3=561 b4=532 b5=562 b6=533 b7=563 b8=534 b9=564
      ba=535 bb=565 bc=536 bd=566 be=537 bf=567 c0=538 c1=568 c2=539 c3=569 c4=53a c5=56a
      c6=53b c7=56b c8=53c c9=56c ca=53d cb=56d cc=53e cd=56e ce=53f cf=56f d0=540 d1=570
      d2=541 d3=571 d4=542 d5=572 d6=543 d7=573 d8=544 d9=574 da=545 db=575 dc=546 dd=576
      de=547 df=577 e0=548 e1=578 e2=549 e3=579 e4=54a e5=57a e6=54b e7=57b e8=54c e9=57c
      ea=54d eb=57d ec=54e ed=57e ee=54f ef=57f f0=550 f1=580 f2=551 f3=581 f4=552 f5=582
      f6=553 f7=583 f8=554 f9=584 fa=555 fb=585 fc=556 fd=586 fe=2019 ff=27
      dec8:
      a4=fffd a6=fffd a8=a4 ac-af=fffd b4=fffd b8=fffd be=fffd d0=fffd d7=152 dd=178 de=fffd
      f0=fffd f7=153 fd=ff fe-ff=fffd
      geostd8:
      80=20ac 81=fffd 82=201a 83=fffd 84=201e 85=2026 86-87=2020 88=fffd 89=2030 8a=fffd
      8b=2039 8c-90=fffd 91-92=2018 93-94=201c 95=2022 96-97=2013 98-9a=fffd 9b=203a
      9c-9f=fffd c0-c6=10d0 c7=10f1 c8-cd=10d7 ce=10f2 cf-d4=10dd d5=10f3 d6-e1=10e3 e2=10f4
      e3-e4=10ef e5=10f5 e6-fc=fffd fd=2116 fe-ff=fffd
      hp8:
      a1=c0 a2=c2 a3=c8 a4-a5=ca a6-a7=ce a8=b4 a9=2cb aa=2c6 ab=a8 ac=2dc ad=d9 ae=db af=20a4
      b0=af b1=dd b2=fd b3=b0 b4=c7 b5=e7 b6=d1 b7=f1 b8=a1 b9=bf ba=a4 bb=a3 bc=a5 bd=a7
      be=192 bf=a2 c0=e2 c1=ea c2=f4 c3=fb c4=e1 c5=e9 c6=f3 c7=fa c8=e0 c9=e8 ca=f2 cb=f9
      cc=e4 cd=eb ce=f6 cf=fc d0=c5 d1=ee d2=d8 d3=c6 d4=e5 d5=ed d6=f8 d7=e6 d8=c4 d9=ec
      da=d6 db=dc dc=c9 dd=ef de=df df=d4 e0=c1 e1=c3 e2=e3 e3=d0 e4=f0 e5=cd e6=cc e7=d3
      e8=d2 e9=d5 ea=f5 eb-ec=160 ed=da ee=178 ef=ff f0=de f1=fe f2=b7 f3-f4=b5 f5=be f6=2014
      f7-f8=bc f9=aa fa=ba fb=ab fc=25a0 fd=bb fe=b1 ff=fffd
      keybcs2:
      80=10c 81=fc 82=e9 83=10f 84=e4 85=10e 86=164 87=10d 88=11b 89=11a 8a=139 8b=cd 8c=13e
      8d=13a 8e=c4 8f=c1 90=c9 91=17e 92=17d 93=f4 94=f6 95=d3 96=16f 97=da 98=fd 99=d6 9a=dc
      9b=160 9c=13d 9d=dd 9e=158 9f=165 a0=e1 a1=ed a2=f3 a3=fa a4=148 a5=147 a6=16e a7=d4
      a8=161 a9=159 aa=155 ab=154 ac=bc ad=a1 ae=ab af=bb b0-b2=2591 b3=2502 b4=2524
      b5-b6=2561 b7=2556 b8=2555 b9=2563 ba=2551 bb=2557 bc=255d bd=255c be=255b bf=2510
      c0=2514 c1=2534 c2=252c c3=251c c4=2500 c5=253c c6-c7=255e c8=255a c9=2554 ca=2569
      cb=2566 cc=2560 cd=2550 ce=256c cf-d0=2567 d1-d2=2564 d3=2559 d4=2558 d5-d6=2552 d7=256b
      d8=256a d9=2518 da=250c db=2588 dc=2584 dd=258c de=2590 df=2580 e0=3b1 e1=df e2=393
      e3=3c0 e4=3a3 e5=3c3 e6=b5 e7=3c4 e8=3a6 e9=398 ea=3a9 eb=3b4 ec=221e ed=3c6 ee=3b5
      ef=2229 f0=2261 f1=b1 f2=2265 f3=2264 f4-f5=2320 f6=f7 f7=2248 f8=b0 f9=2219 fa=b7
      fb=221a fc=207f fd=b2 fe=25a0 ff=a0
      swe7:
      40=c9 5b=c4 5c=d6 5d=c5 5e=dc 60=e9 7b=e4 7c=f6 7d=e5 7e=fc 7f-ff=fffd
      koi8u:
      95=2022
      greek:
      a1=2bd a2=2bc
      hebrew:
      af=203e
      cp866:
      fc=207f fd=b2
      tis620:
      80-9f=80 a0=fffd
      latin1:
      81=81 8d=8d 8f=8f 90=90 9d=9d
      gbk:
      a892=2295
      sjis:
      815c=2015 815f=5c
      big5:
      a15a=fffd a1c3=fffd a1c5=fffd a1fe=fffd a240=fffd a2cc=fffd a2ce=fffd f9d6=7881
      f9d7=92b9 f9d8=88cf f9d9=58bb f9da=6052 f9db=7ca7 f9dc=5afa
      ujis:
      8fa2b7=7e a1bd=2015 a1c0=5c f5a1-f5fe=e000 f6a1-f6fe=e05e f7a1-f7fe=e0bc f8a1-f8fe=e11a
      f9a1-f9fe=e178 faa1-fafe=e1d6 fba1-fbfe=e234 fca1-fcfe=e292 fda1-fdfe=e2f0
      fea1-fefe=e34e 8ff5a1-8ff5fe=e3ac 8ff6a1-8ff6fe=e40a 8ff7a1-8ff7fe=e468
      8ff8a1-8ff8fe=e4c6 8ff9a1-8ff9fe=e524 8ffaa1-8ffafe=e582 8ffba1-8ffbfe=e5e0
      8ffca1-8ffcfe=e63e 8ffda1-8ffdfe=e69c 8ffea1-8ffefe=e6fa
      eucjpms:
      8fa2c3=ffe4 a1bd=2015 a1c1=ff5e a1c2=2225 a1dd=ff0d a1f1=ffe0 a1f2=ffe1 a2cc=ffe2
      f5a1-f5fe=e000 f6a1-f6fe=e05e f7a1-f7fe=e0bc f8a1-f8fe=e11a f9a1-f9fe=e178
      faa1-fafe=e1d6 fba1-fbfe=e234 fca1-fcfe=e292 fda1-fdfe=e2f0 fea1-fefe=e34e
      8ff5a1-8ff5fe=e3ac 8ff6a1-8ff6fe=e40a 8ff7a1-8ff7fe=e468 8ff8a1-8ff8fe=e4c6
      8ff9a1-8ff9fe=e524 8ffaa1-8ffafe=e582 8ffba1-8ffbfe=e5e0 8ffca1-8ffcfe=e63e
      8ffda1-8ffdfe=e69c 8ffea1-8ffefe=e6fa
      """;

  private static final Map<String, Map<Integer, Integer>> ALL = read();

  private CharsetDifferences() {}

  /** Returns characters by code; none for a charset that the JDK knows as MySQL does. */
  static Map<Integer, Integer> of(String charset) {
    return ALL.getOrDefault(charset, Map.of());
  }

  private static Map<String, Map<Integer, Integer>> read() {
    Map<String, Map<Integer, Integer>> all = new HashMap<>();
    Map<Integer, Integer> codes = new HashMap<>();
    for (String word : TEXT.strip().split("\\s+", -1)) {
      if (word.endsWith(":")) {
        codes = new HashMap<>();
        all.put(word.substring(0, word.length() - 1), codes);
        continue;
      }
      String[] sides = word.split("=", -1);
      String[] run = sides[0].split("-", -1);
      int first = Integer.parseInt(run[0], 16);
      int last = Integer.parseInt(run[run.length - 1], 16);
      int character = Integer.parseInt(sides[1], 16);
      for (int code = first; code <= last; code++) {
        codes.put(code, character == Utf8Writer.UNKNOWN ? character : character + code - first);
      }
    }
    return all;
  }
}
