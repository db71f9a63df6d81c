//! Tables as Parquet, compressed with zstd, with each column's unit and meaning in the file's metadata.
use crate::table::{Cells, Table};
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

/// Rows of one row group.
const GROUP: usize = 1 << 20;

/// Writes a table.
///
/// # Errors
/// What the writer or the encoder says.
pub fn write(table: &Table, out: impl Write + Send) -> Result<()> {
    let fields = table.columns.iter().map(|c| field(&c.name, &c.cells)).collect::<Result<Vec<_>>>()?;
    let schema = Arc::new(Type::group_type_builder(table.name).with_fields(fields).build()?);
    let notes = table
        .columns
        .iter()
        .flat_map(|c| {
            [
                KeyValue::new(format!("{}.unit", c.name), c.unit.to_owned()),
                KeyValue::new(format!("{}.summary", c.name), c.summary.clone()),
            ]
        })
        .collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by("citytwin".into())
        .set_key_value_metadata(Some(notes))
        .build();
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    for start in (0..table.rows()).step_by(GROUP) {
        let rows = start..table.rows().min(start + GROUP);
        let mut group = file.next_row_group()?;
        for column in &table.columns {
            if let Some(mut writer) = group.next_column()? {
                write_column(&mut writer, &column.cells, rows.clone())?;
                writer.close()?;
            }
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn field(name: &str, cells: &Cells) -> Result<TypePtr> {
    let (physical, repetition, logical, converted) = match cells {
        Cells::U32(_) => (
            PhysicalType::INT32,
            Repetition::OPTIONAL,
            Some(LogicalType::integer(32, false)),
            ConvertedType::UINT_32,
        ),
        Cells::U64(_) => (
            PhysicalType::INT64,
            Repetition::REQUIRED,
            Some(LogicalType::integer(64, false)),
            ConvertedType::UINT_64,
        ),
        Cells::F64(_) => (PhysicalType::DOUBLE, Repetition::OPTIONAL, None, ConvertedType::NONE),
        Cells::Name { .. } => {
            (PhysicalType::BYTE_ARRAY, Repetition::OPTIONAL, Some(LogicalType::String), ConvertedType::UTF8)
        }
        Cells::Date(_) => {
            (PhysicalType::INT32, Repetition::REQUIRED, Some(LogicalType::Date), ConvertedType::DATE)
        }
    };
    let field = Type::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .with_converted_type(converted)
        .build()?;
    Ok(Arc::new(field))
}

/// Values that are there, and for each row whether it has one.
fn present<T, U>(rows: &[T], read: impl Fn(&T) -> Option<U>) -> (Vec<U>, Vec<i16>) {
    let mut values = Vec::with_capacity(rows.len());
    let levels = rows
        .iter()
        .map(|row| {
            let value = read(row);
            let level = i16::from(value.is_some());
            values.extend(value);
            level
        })
        .collect();
    (values, levels)
}

fn write_column(writer: &mut SerializedColumnWriter<'_>, cells: &Cells, rows: Range<usize>) -> Result<()> {
    match cells {
        Cells::U32(all) => {
            let (values, levels) = present(&all[rows], |v| (*v != u32::MAX).then_some(v.cast_signed()));
            writer.typed::<Int32Type>().write_batch(&values, Some(&levels), None)?;
        }
        Cells::U64(all) => {
            let values: Vec<i64> = all[rows].iter().map(|v| v.cast_signed()).collect();
            writer.typed::<Int64Type>().write_batch(&values, None, None)?;
        }
        Cells::F64(all) => {
            let (values, levels) = present(&all[rows], |v| v.is_finite().then_some(*v));
            writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
        }
        Cells::Name { codes, names } => {
            let words: Vec<ByteArray> = names.iter().map(|name| ByteArray::from(name.as_str())).collect();
            let (values, levels) = present(&codes[rows], |code| words.get(*code as usize).cloned());
            writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
        }
        Cells::Date(all) => {
            writer.typed::<Int32Type>().write_batch(&all[rows], None, None)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::Date;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    #[test]
    fn what_is_written_reads_back() {
        let table = Table::new("t", "")
            .column("a", "", "", vec![1u32, u32::MAX])
            .column("b_share", "share", "", vec![0.5, f64::NAN])
            .column("c", "", "", Cells::names(&["x", "z"], [1, 7]))
            .column("d", "", "", vec![Date(18_281), Date(0)])
            .column("e_count", "count", "", vec![5u64, 3]);
        let file = tempfile::NamedTempFile::new().unwrap();
        write(&table, file.reopen().unwrap()).unwrap();
        let reader = SerializedFileReader::new(file.reopen().unwrap()).unwrap();
        let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|r| r.unwrap().to_string()).collect();
        assert_eq!(rows[0], "{a: 1, b_share: 0.5, c: \"z\", d: 2020-01-20, e_count: 5}");
        assert_eq!(rows[1], "{a: null, b_share: null, c: null, d: 1970-01-01, e_count: 3}");
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert!(metadata.iter().any(|kv| kv.key == "b_share.unit" && kv.value.as_deref() == Some("share")));
    }
}
