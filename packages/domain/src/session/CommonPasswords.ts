/**
 * Common passwords: what is tried first by whoever guesses, in lower case (SES-04).
 *
 * Words and key patterns that people put digits around; a word that stands here is refused with any digits and marks before
 * and after it as well.
 */
const words = `
  password passwords passwort passw0rd p@ssword p@ssw0rd pa55word pass passcode passphrase mypassword thepassword
  newpassword yourpassword secret mysecret topsecret letmein letmeinnow welcome welcomehome login loginme signin admin
  administrator root superuser user username guest test tester testing temp temporary default changeme change example sample
  demo master system server computer internet network windows microsoft google apple android iphone samsung facebook twitter
  instagram youtube amazon rakuten yahoo docomo softbank nintendo playstation pokemon pikachu doraemon naruto totoro
  qwerty qwertyu qwertyui qwertyuiop qwertyuiopasdf qwertyuiopasdfgh asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl zxcv zxcvb zxcvbn
  zxcvbnm qazwsx qazwsxedc wsxedc edcrfv qweasd qweasdzxc azerty azertyuiop qwertz qwertzuiop poiuytrewq lkjhgfdsa mnbvcxz
  abc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghij abcdefghijk abcdefghijklmnop abcabc aaa aaaa aaaaaa aaaaaaaa xxx xxxxxx
  zaq zaqxsw monkey dragon tiger lion eagle falcon panther shadow sunshine princess prince queen king angel devil heaven
  superman batman spiderman starwars ninja samurai sakura tokyo osaka kyoto japan nippon nihon yokohama nagoya sapporo fukuoka
  football soccer baseball basketball hockey tennis golf yankees giants tigers hanshin dodgers liverpool chelsea arsenal
  barcelona iloveyou iloveu ilovejapan loveyou lovely love lover loveme forever friends family mother father sister brother
  baby babygirl flower summer winter spring autumn january february march april june july august september october november
  december monday tuesday wednesday thursday friday saturday sunday michael michelle jordan jennifer jessica ashley daniel
  thomas robert charlie andrew anthony george william taro hanako tanaka suzuki sato yamada takahashi watanabe
  whatever trustno trustnoone nothing something anything hello helloworld goodbye goodluck goodmorning freedom success money
  moneymoney bank banking wallet payment kinchaku cheese chocolate cookie coffee banana orange pepper ginger peanut
  maggie buster hunter killer hacker gamer player winner champion matrix merlin phoenix mustang ferrari porsche toyota honda
  nissan mercedes harley corvette yamaha suzukiswift
  arigatou konnichiwa ohayou sayonara daisuki aishiteru himitsu angou pasuwado
`

const patterns = `
  1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx 1qaz2wsx3edc 1qaz2wsx3edc4rfv q1w2e3r4 q1w2e3r4t5
  q1w2e3r4t5y6 zaq12wsx zaq1xsw2 a1b2c3 a1b2c3d4 a1b2c3d4e5 a1b2c3d4e5f6 1a2b3c 1a2b3c4d 1a2b3c4d5e abc123 123abc abcd1234 1234abcd qwe123
  qweasd123 qwer1234 1234qwer asdf1234 asd123 trustno1 passw0rd1 pa55w0rd p4ssw0rd p4ssword l3tm31n adm1n 4dm1n r00t w3lcome
  123456 1234567 12345678 123456789 1234567890 0123456789 987654321 9876543210 11111111 00000000 12341234 123123123 147258369
`

/** Each of them in lower case. */
export const commonPasswords: ReadonlySet<string> = new Set(`${words} ${patterns}`.trim().split(/\s+/))
