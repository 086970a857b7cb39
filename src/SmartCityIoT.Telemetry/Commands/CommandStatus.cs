namespace SmartCityIoT.Telemetry.Commands;

/// <summary>What became of one command frame. The order is the order in which a decoder checks.</summary>
public enum CommandStatus : byte
{
    Ok,
    TooShort,
    BadMagic,
    UnknownVersion,

    /// <summary>The lengths that the frame states are not the payload's.</summary>
    BadLength,
    BadCrc,

    /// <summary>The frame is whole, and asks for what this version does not know: a device answers "unsupported".</summary>
    UnknownCommand,

    /// <summary>The frame is whole, and its arguments are not those of its command: a device answers "refused".</summary>
    BadArguments,
}
