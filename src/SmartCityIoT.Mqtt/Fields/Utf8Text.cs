using System.Text.Unicode;

namespace SmartCityIoT.Mqtt.Fields;

/// <summary>
/// The contents of a UTF-8 encoded string. Control characters other than U+0000 and non-characters pass: the standard
/// leaves them to the receiver (section 1.5.4), and devices do send them.
/// </summary>
public static class Utf8Text
{
    /// <summary>
    /// Well-formed UTF-8, hence no surrogates [MQTT-1.5.4-1], without U+0000 [MQTT-1.5.4-2]; in MQTT 3.1.1 [MQTT-1.5.3-1]
    /// and [MQTT-1.5.3-2].
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> text) => !text.Contains((byte)0) && Utf8.IsValid(text);
}
