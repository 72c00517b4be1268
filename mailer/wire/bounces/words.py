"""How mail providers say in languages other than English that they know no such person; of their own people only."""

from __future__ import annotations

NO_SUCH_PERSON = (
    "benutzer unbekannt", "empfänger unbekannt", "unbekannter benutzer", "benutzer existiert nicht",
    "utilisateur inconnu", "adresse inconnue", "destinataire inconnu", "destinataire invalide", "usuario desconocido",
    "usuario no existe", "usuario inexistente", "destinatario desconocido", "usuário desconhecido",
    "usuário inexistente", "usuário não existe", "destinatário inexistente", "utente sconosciuto", "utente inesistente",
    "destinatario sconosciuto", "indirizzo inesistente", "onbekende gebruiker", "gebruiker onbekend",
    "gebruiker bestaat niet", "nieznany użytkownik", "nie ma takiego użytkownika", "użytkownik nie istnieje",
    "нет такого пользователя", "пользователь не найден", "пользователь не существует", "адресат не найден",
    "користувача не знайдено", "користувач не існує", "немає такого користувача", "okänd mottagare", "okänd användare",
    "användaren finns inte", "ukjent bruker", "ukjent mottaker", "ukendt bruger", "brugeren findes ikke", "用户不存在",
    "收件人不存在", "）不存在", "用戶不存在", "查无此人", "查無此人",
)  # fmt: skip
