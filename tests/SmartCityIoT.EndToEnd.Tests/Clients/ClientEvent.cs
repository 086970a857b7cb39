namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>
/// What a client tells of its connection: <c>connected</c> (present), <c>refused</c> (code), <c>subscribed</c> (code), <c>published</c> (number, code),
/// <c>message</c> (topic, payload, qos, retain, dup) and <c>closed</c> (code).
/// </summary>
/// <param name="Number">Which of its publishes was answered, the first being 1.</param>
/// <param name="Code">The platform's reason code; 0 also where MQTT 3.1.1 has none.</param>
/// <param name="Present">Whether the platform had a session; null where the client does not say.</param>
/// <param name="Payload">In hex.</param>
internal sealed record ClientEvent(
    string Event, int Number = 0, int Code = 0, bool? Present = null, string Topic = "", string Payload = "", int Qos = 0, bool Retain = false, bool Dup = false);
