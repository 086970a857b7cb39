namespace SmartCityIoT.Telemetry.Frames;

/// <summary>Why a frame could not be encoded.</summary>
public enum EncodeStatus : byte
{
    Ok,

    /// <summary>The destination is too small for this frame; <see cref="FrameLayout.MaxLength"/> bytes always suffice.</summary>
    DestinationTooShort,

    /// <summary>The body would be longer than <see cref="FrameLayout.MaxBodyLength"/>: send fewer samples.</summary>
    BodyTooLong,

    /// <summary>The time is negative or needs more than 48 bits.</summary>
    BadTime,

    /// <summary>A flag that senders must leave 0 is set.</summary>
    BadFlags,

    /// <summary>The header names another sector or schema than the layout of the record.</summary>
    SchemaMismatch,

    /// <summary>The presence bitmap names a field that the schema does not have.</summary>
    UnknownField,

    /// <summary>A raw value does not fit into its field's type.</summary>
    ValueOutOfType,

    /// <summary>A batch has 2 to <see cref="Frame.MaxSamples"/> samples.</summary>
    BadSampleCount,

    /// <summary>A batch has an interval of 1 to <see cref="FrameLayout.MaxIntervalSeconds"/> s.</summary>
    BadInterval,

    /// <summary>A severity is 0 to <see cref="FrameLayout.MaxSeverity"/>.</summary>
    BadSeverity,
}
