/**
 * The nouns that check words are drawn from: German and English side by side, so that both readers
 * see the same picture. Short, easily told apart (no two of a language differ in one letter only)
 * and harmless in any pair. The place in the list is part of what a link means: links that are out
 * would show other words if a pair were moved.
 */
import type { Language } from "../base/language.ts";

/** 256 pairs, German before English. */
const pairs = `
Abend evening, Adler eagle, Ahorn maple, Ameise ant, Amsel blackbird, Ananas pineapple,
Anker anchor, Antenne antenna, Apfel apple, Apotheke pharmacy, Aprikose apricot, Auster oyster,
Bach brook, Bahnhof station, Ballon balloon, Banane banana, Batterie battery, Bauernhof farm,
Berg mountain, Biber beaver, Biene bee, Bild picture, Birke birch, Blatt leaf,
Bleistift pencil, Blume flower, Bohne bean, Brief letter, Brot bread, Brücke bridge,
Büffel buffalo, Bürste brush, Dachs badger, Delfin dolphin, Diamant diamond, Distel thistle,
Donner thunder, Dorf village, Drache dragon, Dreieck triangle, Düne dune, Eiche oak,
Eichhorn squirrel, Eidechse lizard, Eimer bucket, Elch moose, Elefant elephant, Ente duck,
Erde earth, Eule owl, Fabrik factory, Fahne flag, Fahrrad bicycle, Falke falcon, Farn fern,
Fasan pheasant, Feder feather, Fels rock, Fenster window, Fichte spruce, Flasche bottle,
Flieder lilac, Flugzeug airplane, Fluss river, Flöte flute, Fohlen foal, Forelle trout,
Frosch frog, Fuchs fox, Fähre ferry, Gabel fork, Garten garden, Gedicht poem, Geige violin,
Gepard cheetah, Gipfel summit, Gitarre guitar, Gletscher glacier, Glocke bell,
Gärtner gardener, Hafer oats, Hagel hail, Hahn rooster, Handschuh glove, Hase hare, Hemd shirt,
Herbst autumn, Hering herring, Himmel sky, Hirsch stag, Holz wood, Honig honey, Igel hedgehog,
Ingwer ginger, Insel island, Jacke jacket, Joghurt yogurt, Kaffee coffee, Kakao cocoa,
Kalender calendar, Kamel camel, Kamera camera, Kamin chimney, Kastanie chestnut, Katze cat,
Keks cookie, Kerze candle, Kessel kettle, Kiesel pebble, Kirsche cherry, Klavier piano,
Klee clover, Knoblauch garlic, Knopf button, Knoten knot, Koffer suitcase, Kokosnuss coconut,
Komet comet, Kompass compass, Korb basket, Kranich crane, Kreide chalk, Kristall crystal,
Krone crown, Kuchen cake, Kupfer copper, Kutsche carriage, Känguru kangaroo, König king,
Kürbis pumpkin, Küste coast, Lampe lamp, Laterne lantern, Lavendel lavender, Leiter ladder,
Lerche lark, Libelle dragonfly, Lilie lily, Löffel spoon, Löwe lion, Mandel almond,
Markt market, Marmor marble, Melone melon, Milch milk, Minze mint, Mond moon, Moos moss,
Morgen morning, Motor engine, Muschel shell, Nadel needle, Nashorn rhino, Ofen oven,
Oktopus octopus, Palast palace, Papagei parrot, Papier paper, Pelikan pelican, Pfanne pan,
Pfau peacock, Pfeffer pepper, Pfeil arrow, Pferd horse, Pfirsich peach, Pilz mushroom,
Pinguin penguin, Pirat pirate, Pokal trophy, Pyramide pyramid, Quadrat square, Quitte quince,
Rabe raven, Rad wheel, Rahmen frame, Rakete rocket, Regen rain, Reh deer, Reis rice,
Rentier reindeer, Roboter robot, Roller scooter, Rosine raisin, Rubin ruby, Rucksack backpack,
Safran saffron, Salat salad, Salz salt, Satellit satellite, Sattel saddle, Schach chess,
Schal scarf, Schatten shadow, Schaufel shovel, Schere scissors, Scheune barn, Schirm umbrella,
Schlitten sledge, Schlüssel key, Schnecke snail, Schrank cupboard, Schule school, Schwan swan,
Seestern starfish, Seil rope, Senf mustard, Silber silver, Sommer summer, Sonne sun,
Spargel asparagus, Spiegel mirror, Spinat spinach, Stempel stamp, Storch stork, Straße street,
Suppe soup, Tanne fir, Tasse cup, Teich pond, Telefon telephone, Teller plate, Teppich carpet,
Tinte ink, Tisch table, Tomate tomato, Topf pot, Traktor tractor, Traube grape,
Treppe staircase, Trommel drum, Trompete trumpet, Tulpe tulip, Turm tower, Tür door,
Ufer shore, Uhr clock, Veilchen violet, Vorhang curtain, Vulkan volcano, Waffel waffle,
Wald forest, Walnuss walnut, Walross walrus, Wasser water, Weide willow, Weizen wheat,
Wespe wasp, Wiese meadow, Wolke cloud, Zange pliers, Zeitung newspaper, Zelt tent,
Zimt cinnamon, Zitrone lemon, Zucker sugar, Zwiebel onion
`;

export type CheckWord = Readonly<Record<Language, string>>;

export const checkWordList: readonly CheckWord[] = pairs.split(",").map((pair) => {
  const [de = "", en = ""] = pair.trim().split(" ");
  return { de, en };
});
